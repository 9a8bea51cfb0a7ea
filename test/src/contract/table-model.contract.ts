import type { Item, Key, PutCondition, Query, Table } from '@rollcall/cloud/ports/table';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';

// Few keys, so that operations meet; letters whose order differs between UTF-8 bytes and UTF-16 units, and LIKE's wildcards.
const sortKey = fc.array(fc.constantFrom('a', 'b', 'B', '%', '_', 'ÿ', '\uffee', '😀'), { minLength: 1, maxLength: 3 });
const rangeKey = sortKey.map((letters) => letters.join(''));
const partitionName = fc.constantFrom('x', 'y');

type Step =
  | { readonly do: 'put'; readonly item: Item; readonly condition: PutCondition | undefined }
  | { readonly do: 'delete'; readonly key: Key; readonly condition: number | undefined }
  | { readonly do: 'add'; readonly key: Key; readonly amount: number }
  | { readonly do: 'get'; readonly key: Key }
  | { readonly do: 'walk'; readonly query: Query };

/** Any sequence of operations gets the answers that a plain map gives. */
export function tableModelContract(table: () => Table, newPartition: () => string, numRuns: number): void {
  it('answers any sequence of operations as a plain map would', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step(), { maxLength: 40 }), async (steps) => {
        const prefix = newPartition();
        const model = new Model();
        for (const one of steps.map((s) => within(prefix, s))) {
          expect(await answerOf(() => onTable(table(), one))).toEqual(await answerOf(async () => model.apply(one)));
        }
      }),
      { numRuns },
    );
  });
}

function step(): fc.Arbitrary<Step> {
  const key = fc.record({ pk: partitionName, sk: rangeKey });
  const condition = fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined });
  const index = fc.option(fc.record({ pk: partitionName, sk: rangeKey }), { nil: undefined });
  const item = fc
    .tuple(key, index, index, fc.integer())
    .map(([own, i1, i2, n]): Item => Object.assign({ ...own, n }, indexKeys(1, i1, own), indexKeys(2, i2, own)));
  const between = fc.record({ from: rangeKey, to: rangeKey }, { requiredKeys: [] }).filter(isInOneOrder);
  const prefix = fc.record({ prefix: rangeKey });
  const query: fc.Arbitrary<Query> = fc.record(
    {
      partition: partitionName,
      index: fc.constantFrom(1, 2),
      range: fc.oneof(between, prefix),
      order: fc.constantFrom('ascending', 'descending'),
      limit: fc.integer({ min: 1, max: 4 }),
    },
    { requiredKeys: ['partition', 'range', 'order', 'limit'] },
  );
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('put'), item, condition: fc.oneof(condition, fc.constant('absent')) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('delete'), key, condition }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('add'), key, amount: fc.integer({ min: -9, max: 9 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('get'), key }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('walk'), query }) },
  );
}

/** The emulator of DynamoDB finds items by bytes, as DynamoDB does, and refuses bounds whose UTF-16 units are the wrong way round. */
function isInOneOrder({ from = '', to = '' }: { from?: string; to?: string }): boolean {
  return to === '' || from > to === Buffer.from(from).compare(Buffer.from(to)) > 0;
}

/** Range keys that end in the item's own key, as the port asks. */
function indexKeys(index: 1 | 2, at: Key | undefined, own: Key): Partial<Item> {
  return at ? { [`i${index}pk`]: at.pk, [`i${index}sk`]: `${at.sk}#${own.pk}#${own.sk}` } : {};
}

/** The same step in partitions that no other run uses. */
function within(prefix: string, s: Step): Step {
  const at = (name: string) => `${prefix}#${name}`;
  if (s.do === 'walk') return { ...s, query: { ...s.query, partition: at(s.query.partition) } };
  if (s.do !== 'put') return { ...s, key: { ...s.key, pk: at(s.key.pk) } };
  const { i1pk, i2pk, ...rest } = s.item;
  const item = { ...rest, pk: at(rest.pk), ...(i1pk && { i1pk: at(i1pk) }), ...(i2pk && { i2pk: at(i2pk) }) };
  return { ...s, item };
}

async function onTable(table: Table, s: Step): Promise<unknown> {
  if (s.do === 'put') return table.put(s.item, s.condition);
  if (s.do === 'delete') return table.delete(s.key, s.condition);
  if (s.do === 'add') return table.add(s.key, 'n', s.amount);
  return s.do === 'get' ? table.get(s.key) : walk(table, s.query);
}

/** Every page; all but the last are full, and no page is empty but the only one. */
async function walk(table: Table, query: Query): Promise<Item[]> {
  const all: Item[] = [];
  for (let cursor: string | undefined, page = 0; ; page++) {
    const answer = await table.query({ ...query, ...(cursor && { cursor }) });
    all.push(...answer.items);
    if (answer.cursor) expect(answer.items).toHaveLength(query.limit);
    else if (page > 0) expect(answer.items).not.toHaveLength(0);
    if (!answer.cursor) return all;
    cursor = answer.cursor;
  }
}

class Model {
  readonly #items = new Map<string, Item>();

  apply(s: Step): unknown {
    if (s.do === 'put') return this.#put(s.item, s.condition);
    if (s.do === 'delete') return this.#delete(s.key, s.condition);
    if (s.do === 'add') return this.#add(s.key, s.amount);
    return s.do === 'get' ? this.#items.get(idOf(s.key)) : this.#walk(s.query);
  }

  #add(key: Key, amount: number): number {
    const stored = this.#items.get(idOf(key));
    const n = Number(stored?.n ?? 0) + amount;
    this.#put({ ...stored, ...key, n });
    return n;
  }

  #put(item: Item, condition?: PutCondition): Item {
    const version = this.#items.get(idOf(item))?.version;
    if (condition === 'absent' ? version !== undefined : condition !== undefined && version !== condition)
      throw refusal;
    const written = { ...item, version: (version ?? 0) + 1 };
    this.#items.set(idOf(item), written);
    return written;
  }

  #delete(key: Key, condition?: number): void {
    if (condition !== undefined && this.#items.get(idOf(key))?.version !== condition) throw refusal;
    this.#items.delete(idOf(key));
  }

  #walk({ partition, index, range = {}, order }: Query): Item[] {
    const rangeOf = (item: Item) => (index ? (item[`i${index}sk`] ?? '') : item.sk);
    const items = [...this.#items.values()]
      .filter((item) => (index ? item[`i${index}pk`] : item.pk) === partition)
      .filter((item) => {
        const bytes = Buffer.from(rangeOf(item));
        if ('prefix' in range) return bytes.indexOf(Buffer.from(range.prefix)) === 0;
        const after = !range.from || bytes.compare(Buffer.from(range.from)) >= 0;
        return after && (!range.to || bytes.compare(Buffer.from(range.to)) <= 0);
      })
      .sort((a, b) => Buffer.from(rangeOf(a)).compare(Buffer.from(rangeOf(b))));
    return order === 'descending' ? items.toReversed() : items;
  }
}

const refusal = Object.assign(new Error('refused'), { code: 'condition-failed' });

function idOf(key: Key): string {
  return JSON.stringify([key.pk, key.sk]);
}

async function answerOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return { answer: await call() };
  } catch (error) {
    return { refused: error instanceof Error && 'code' in error ? error.code : error };
  }
}
