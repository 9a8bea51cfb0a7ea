import { OrganizationId, PassageId } from '@rollcall/contract/ids';
import { instantOf } from '@rollcall/kit/clock';
import { ulid } from 'ulid';
import { expect, it } from 'vitest';
import { MemoryTable } from '../adapters/local/memory-table.ts';
import { newPassage } from '../domain/passage-progress.ts';
import type { Item, PutCondition } from '../ports/table.ts';
import { PassageStore } from './passage-store.ts';

const org = OrganizationId.parse('north');
const start = Date.parse('2026-01-05T07:00:00.000Z');
const never = 4_000_000_000;

/** A table that counts the writes to each partition of index 1. */
class CountingTable extends MemoryTable {
  readonly writes = new Map<string, number>();

  override put(item: Item, condition?: PutCondition): Promise<Item> {
    const { i1pk } = item;
    if (i1pk !== undefined) this.writes.set(i1pk, (this.writes.get(i1pk) ?? 0) + 1);
    return super.put(item, condition);
  }
}

it('passages that are due share no partition that a morning would make hot, and are still found by when they are', async () => {
  const table = new CountingTable();
  const passages = new PassageStore(table);
  const ids = Array.from({ length: 400 }, (_, n) => PassageId.parse(ulid(start + n, () => (n * 0.618034) % 1)));
  for (const [n, id] of ids.entries()) {
    const passage = { ...newPassage(id, { deviceId: null, doorId: null }), dueAt: instantOf(start + n) };
    await passages.save(org, passage, 0, never);
  }
  expect(Math.max(...table.writes.values())).toBeLessThan(ids.length / 4);
  expect(await passages.due(org, instantOf(start + 299), 1_000)).toEqual(ids.slice(0, 300));
  expect(await passages.due(org, instantOf(start + 299), 50)).toEqual(ids.slice(0, 50));
  expect(await passages.due(org, instantOf(start - 1), 50)).toEqual([]);
});
