import { ManualClock } from '@rollcall/kit/clock';
import type { Item, Table } from '@rollcall/cloud/ports/table';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableLimitsContract } from './table-limits.contract.ts';
import { tableModelContract } from './table-model.contract.ts';

/** A driver under test. Each case uses partitions of its own, so the table may hold other things. */
export interface TableDriver {
  readonly name: string;
  /** Sequences that the model test draws. @default 200 */
  readonly modelRuns?: number;
  open(clock: ManualClock): Promise<{ readonly table: Table; close(): Promise<void> }>;
}

/** What every `Table` answers, whatever keeps its records. */
export function tableContract(driver: TableDriver): void {
  describe(`Table on ${driver.name}`, () => {
    const clock = new ManualClock();
    let table: Table;
    let opened: Awaited<ReturnType<TableDriver['open']>>;
    let partitions = 0;
    const newPartition = () => `org${driver.name}#${++partitions}`;

    beforeAll(async () => {
      opened = await driver.open(clock);
      table = opened.table;
    });
    afterAll(() => opened.close());

    it('gives back what was put, counting versions from 1', async () => {
      const key = { pk: newPartition(), sk: 'a' };
      const item: Item = { ...key, text: 'Zoë 😀\n"', list: [1, null, { deep: true }], ratio: -0.125, empty: '' };
      expect(await table.get(key)).toBeUndefined();
      expect(await table.put(item)).toEqual({ ...item, version: 1 });
      expect(await table.put({ ...item, version: 77 })).toEqual({ ...item, version: 2 });
      expect(await table.get(key)).toEqual({ ...item, version: 2 });
    });

    it('replaces the whole item, its place in the indexes too', async () => {
      const pk = newPartition();
      await table.put({ pk, sk: 'a', i1pk: `${pk}#x`, i1sk: 'a', old: 1 });
      await table.put({ pk, sk: 'a', i2pk: `${pk}#y`, i2sk: 'a' });
      expect(await table.get({ pk, sk: 'a' })).toEqual({ pk, sk: 'a', i2pk: `${pk}#y`, i2sk: 'a', version: 2 });
      expect((await table.query({ partition: `${pk}#x`, index: 1, limit: 9 })).items).toEqual([]);
      expect((await table.query({ partition: `${pk}#y`, index: 2, limit: 9 })).items).toHaveLength(1);
    });

    it('is not changed by what a caller does with an item afterwards', async () => {
      const pk = newPartition();
      const list = ['a'];
      const stored = await table.put({ pk, sk: 'a', list });
      list.push('b');
      Object.assign(stored, { list: ['c'] });
      expect((await table.get({ pk, sk: 'a' }))?.list).toEqual(['a']);
    });

    it('puts only if absent, or if the version is the expected one', async () => {
      const item = { pk: newPartition(), sk: 'a' };
      await table.put(item, 'absent');
      await expect(table.put({ ...item, n: 2 }, 'absent')).rejects.toMatchObject({ code: 'condition-failed' });
      await expect(table.put({ ...item, n: 2 }, 7)).rejects.toMatchObject({ code: 'condition-failed' });
      expect(await table.put({ ...item, n: 3 }, 1)).toMatchObject({ n: 3, version: 2 });
      await expect(table.put({ pk: item.pk, sk: 'none' }, 1)).rejects.toMatchObject({ code: 'condition-failed' });
    });

    it('lets one of many racing writers win', async () => {
      const item = { pk: newPartition(), sk: 'a' };
      const tries = Array.from({ length: 20 }, (_, n) => table.put({ ...item, n }, 'absent'));
      const results = await Promise.allSettled(tries);
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    });

    it('deletes, only at the expected version if one is given, and what is not there too', async () => {
      const key = { pk: newPartition(), sk: 'a' };
      await table.put(key);
      await expect(table.delete(key, 2)).rejects.toMatchObject({ code: 'condition-failed' });
      await table.delete(key, 1);
      expect(await table.get(key)).toBeUndefined();
      await table.delete(key);
      await expect(table.delete(key, 1)).rejects.toMatchObject({ code: 'condition-failed' });
      expect(await table.put(key)).toMatchObject({ version: 1 });
    });

    it('gets many in the order of the keys', async () => {
      const pk = newPartition();
      await table.batch(['a', 'b'].map((sk) => ({ put: { pk, sk } })));
      const found = await table.getMany(['b', 'none', 'a', 'b'].map((sk) => ({ pk, sk })));
      expect(found.map((item) => item?.sk)).toEqual(['b', undefined, 'a', 'b']);
      expect(await table.getMany([])).toEqual([]);
    });

    it('writes and deletes in one batch', async () => {
      const pk = newPartition();
      await table.put({ pk, sk: 'a' });
      await table.batch([{ put: { pk, sk: 'b', n: 1 } }, { delete: { pk, sk: 'a' } }, { delete: { pk, sk: 'c' } }]);
      expect((await table.query({ partition: pk, limit: 9 })).items).toEqual([{ pk, sk: 'b', n: 1, version: 1 }]);
    });

    it('loses no addition of many at once', async () => {
      const key = { pk: newPartition(), sk: 'a' };
      await Promise.all(Array.from({ length: 50 }, () => table.add(key, 'count', 2)));
      expect(await table.add(key, 'count', -0.5)).toBe(99.5);
      expect(await table.get(key)).toEqual({ ...key, count: 99.5, version: 51 });
    });

    it('adds to an attribute and leaves the others', async () => {
      const pk = newPartition();
      await table.put({ pk, sk: 'a', i1pk: pk, i1sk: 'a', text: 'x', count: 1 });
      expect(await table.add({ pk, sk: 'a' }, 'count', 1)).toBe(2);
      expect(await table.add({ pk, sk: 'a' }, 'other', 1)).toBe(1);
      expect(await table.query({ partition: pk, index: 1, limit: 1 })).toEqual({
        items: [{ pk, sk: 'a', i1pk: pk, i1sk: 'a', text: 'x', count: 2, other: 1, version: 3 }],
      });
    });

    it('treats an expired item as one that is not there', async () => {
      const pk = newPartition();
      const inOneMinute = Math.floor(clock.now() / 1000) + 60;
      await table.put({ pk, sk: 'a', i1pk: pk, i1sk: 'a', count: 5, expiresAt: inOneMinute });
      clock.advance(59_000);
      expect(await table.get({ pk, sk: 'a' })).toMatchObject({ count: 5 });
      clock.advance(1000);
      expect(await table.get({ pk, sk: 'a' })).toBeUndefined();
      expect(await table.getMany([{ pk, sk: 'a' }])).toEqual([undefined]);
      expect(await table.query({ partition: pk, limit: 9 })).toEqual({ items: [] });
      expect(await table.query({ partition: pk, index: 1, limit: 9 })).toEqual({ items: [] });
      await expect(table.delete({ pk, sk: 'a' }, 1)).rejects.toMatchObject({ code: 'condition-failed' });
      expect(await table.add({ pk, sk: 'a' }, 'count', 1)).toBe(1);
      expect(await table.put({ pk, sk: 'a' }, 1)).toMatchObject({ version: 2 });
    });

    it('fills pages although expired items lie between', async () => {
      const pk = newPartition();
      const past = Math.floor(clock.now() / 1000) - 1;
      const letters = ['a', 'b', 'c', 'd', 'e', 'f'];
      await table.batch(letters.map((sk, n) => ({ put: n % 2 ? { pk, sk } : { pk, sk, expiresAt: past } })));
      const first = await table.query({ partition: pk, limit: 2 });
      expect(first.items.map((item) => item.sk)).toEqual(['b', 'd']);
      const second = await table.query({ partition: pk, limit: 2, ...(first.cursor && { cursor: first.cursor }) });
      expect(second.items.map((item) => item.sk)).toEqual(['f']);
      expect(second.cursor).toBeUndefined();
    });

    it('takes a cursor whose item was deleted meanwhile, and sees what came after it', async () => {
      const pk = newPartition();
      await table.batch(['a', 'b', 'd'].map((sk) => ({ put: { pk, sk } })));
      const { cursor } = await table.query({ partition: pk, limit: 2 });
      await table.delete({ pk, sk: 'b' });
      await table.put({ pk, sk: 'c' });
      const rest = await table.query({ partition: pk, limit: 2, cursor: cursor ?? '' });
      expect(rest.items.map((item) => item.sk)).toEqual(['c', 'd']);
    });

    it('refuses the cursor of another query, and one that it never gave', async () => {
      const pk = newPartition();
      await table.batch(['a', 'b'].map((sk) => ({ put: { pk, sk } })));
      const { cursor = '' } = await table.query({ partition: pk, limit: 1 });
      expect(cursor).toMatch(/^[\w-]+$/);
      for (const other of [
        { partition: newPartition(), limit: 1, cursor },
        { partition: pk, limit: 1, order: 'descending', cursor } as const,
        { partition: pk, limit: 1, range: { prefix: 'a' }, cursor },
        { partition: pk, limit: 1, index: 1, cursor } as const,
        { partition: pk, limit: 1, cursor: 'bm8' },
        { partition: pk, limit: 1, cursor: '' },
      ]) {
        await expect(table.query(other)).rejects.toMatchObject({ code: 'invalid-input' });
      }
      expect((await table.query({ partition: pk, limit: 5, cursor })).items).toHaveLength(1);
    });

    tableLimitsContract(() => table, newPartition);
    tableModelContract(() => table, newPartition, driver.modelRuns ?? 200);
  });
}
