import type { Query, Table } from '@rollcall/cloud/ports/table';
import { expect, it } from 'vitest';

/** DynamoDB's limits: each driver refuses what one of them could not keep. */
export function tableLimitsContract(table: () => Table, newPartition: () => string): void {
  const refused = { code: 'invalid-input', retryable: false };

  it('takes keys up to the limits in bytes, and none over them', async () => {
    const longest = { pk: newPartition().padEnd(2048, 'p'), sk: 'é'.repeat(512) };
    await table().put(longest);
    expect(await table().get(longest)).toMatchObject(longest);
    const { pk } = longest;
    for (const key of [
      { pk: '', sk: 'a' },
      { pk, sk: '' },
      { pk: `${pk}p`, sk: 'a' },
      { pk, sk: 'é'.repeat(513) },
      { pk, sk: '\ud800' },
      { pk, sk: 'a\0b' },
    ]) {
      await expect(table().put(key)).rejects.toMatchObject(refused);
      await expect(table().get(key)).rejects.toMatchObject(refused);
      await expect(table().getMany([key])).rejects.toMatchObject(refused);
      await expect(table().delete(key)).rejects.toMatchObject(refused);
      await expect(table().add(key, 'n', 1)).rejects.toMatchObject(refused);
    }
  });

  it('takes items up to 399 KB, and none over it', async () => {
    const key = { pk: newPartition(), sk: 'a' };
    const frame = JSON.stringify({ ...key, text: '' }).length;
    const text = 'x'.repeat(399 * 1024 - frame);
    await table().put({ ...key, text });
    expect((await table().get(key))?.text).toBe(text);
    await expect(table().put({ ...key, text: `${text}x` })).rejects.toMatchObject({ code: 'too-large' });
    await expect(table().put({ ...key, text: 'é'.repeat(220_000) })).rejects.toMatchObject({ code: 'too-large' });
    expect(await table().get(key)).toMatchObject({ version: 1 });
  });

  it('gives back numbers of any size to the last digit, and what lies as deep as may be', async () => {
    const key = { pk: newPartition(), sk: 'a' };
    const numbers = [2 ** 53 + 2, 2 ** 70, 1 / 3, 5e-130, -9.9e125, 1e21, 1e-7, 0, Number.MIN_SAFE_INTEGER];
    const deep = JSON.parse('['.repeat(32) + ']'.repeat(32));
    await table().put({ ...key, numbers, deep });
    expect(await table().get(key)).toEqual({ ...key, numbers, deep, version: 1 });
  });

  it('refuses items that would not come back as they went in', async () => {
    const key = { pk: newPartition(), sk: 'a' };
    const bad: object[] = [
      { n: Number.NaN },
      { list: [1, Number.POSITIVE_INFINITY] },
      { n: 1e126 },
      { n: -1e-131 },
      { deep: JSON.parse('['.repeat(33) + ']'.repeat(33)) },
      { _own: 1 },
      { list: [undefined] },
      { date: new Date() },
      { bytes: new Uint8Array(3) },
      { call: () => 1 },
      { big: 1n },
      { i1pk: 'x' },
      { i2sk: 'x' },
      { i1pk: 'x', i1sk: '' },
      { expiresAt: 1.5 },
    ];
    for (const attributes of bad) {
      const item = Object.assign({ ...key }, attributes);
      await expect(table().put(item)).rejects.toMatchObject(refused);
      await expect(table().batch([{ put: item }])).rejects.toMatchObject(refused);
    }
    expect(await table().get(key)).toBeUndefined();
  });

  it('reads and writes at most 100 keys at once, and a key once in a batch', async () => {
    const pk = newPartition();
    const keys = Array.from({ length: 101 }, (_, n) => ({ pk, sk: `${n}` }));
    await expect(table().getMany(keys)).rejects.toMatchObject(refused);
    await expect(table().batch(keys.map((key) => ({ put: key })))).rejects.toMatchObject(refused);
    const twice = [{ put: { pk, sk: 'a' } }, { delete: { pk, sk: 'a' } }];
    await expect(table().batch(twice)).rejects.toMatchObject(refused);
    await table().batch(keys.slice(1).map((key) => ({ put: key })));
    expect((await table().getMany(keys.slice(1))).every((item) => item?.version === 1)).toBe(true);
    await table().batch([]);
  });

  it('asks for pages of 1 to 1,000 items and for bounds that say something', async () => {
    const partition = newPartition();
    const bad: Partial<Query>[] = [
      { limit: 0 },
      { limit: 1001 },
      { limit: 1.5 },
      { limit: Number.NaN },
      { partition: '' },
      { range: { from: '' } },
      { range: { to: '' } },
      { range: { prefix: 'x'.repeat(1025) } },
    ];
    for (const part of bad)
      await expect(table().query({ partition, limit: 1, ...part })).rejects.toMatchObject(refused);
    expect(await table().query({ partition, limit: 1000, range: { prefix: '' } })).toEqual({ items: [] });
    expect(await table().query({ partition, limit: 1, range: { from: 'b', to: 'a' } })).toEqual({ items: [] });
  });

  it('adds numbers to numbers only', async () => {
    const key = { pk: newPartition(), sk: 'a' };
    await table().put({ ...key, text: 'x' });
    await expect(table().add(key, 'text', 1)).rejects.toMatchObject(refused);
    await expect(table().add(key, 'n', Number.NaN)).rejects.toMatchObject(refused);
    for (const attribute of ['version', 'pk', 'i1sk', 'expiresAt', '']) {
      await expect(table().add(key, attribute, 1)).rejects.toMatchObject(refused);
    }
    expect(await table().get(key)).toEqual({ ...key, text: 'x', version: 1 });
  });
}
