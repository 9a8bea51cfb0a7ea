import { Conflict, InvalidInput } from '@rollcall/kit/app-error';
import type { Item, Json, Key, PutCondition, Query } from '../ports/table.ts';

/**
 * DynamoDB's limits, held by every driver so that what one stores the others can too.
 * Source: "Quotas in Amazon DynamoDB", AWS documentation.
 */
export const tableLimits = {
  partitionKeyBytes: 2048,
  rangeKeyBytes: 1024,
  /** Of its JSON. DynamoDB takes 400 KB; the rest is for what a driver adds. */
  itemBytes: 399 * 1024,
  batchItems: 100,
  queryItems: 1000,
  /** Lists and objects within one another. */
  nesting: 32,
  smallestNumber: 1e-130,
  largestNumber: 9.99e125,
} as const;

/** What the table itself sets or reads; `add` may not touch it. */
const reserved = new Set(['pk', 'sk', 'version', 'i1pk', 'i1sk', 'i2pk', 'i2sk', 'expiresAt']);

/** @throws InvalidInput for a key that DynamoDB would not take, or that does not sort the same everywhere. */
export function checkKey(key: Key): void {
  checkKeyPart('pk', key.pk, tableLimits.partitionKeyBytes);
  checkKeyPart('sk', key.sk, tableLimits.rangeKeyBytes);
}

/** Checks keys, values and size. @returns the item without `version` and undefined attributes, as JSON. @throws InvalidInput */
export function checkItem(item: Item): string {
  checkKey(item);
  checkIndex('i1', item.i1pk, item.i1sk);
  checkIndex('i2', item.i2pk, item.i2sk);
  if (item.expiresAt !== undefined && !Number.isSafeInteger(item.expiresAt)) {
    throw new InvalidInput(`expiresAt: expected whole seconds since the epoch, got ${item.expiresAt}`);
  }
  for (const [name, value] of Object.entries(item)) {
    // A driver's own attributes begin so.
    if (name.startsWith('_')) throw new InvalidInput(`expected attributes that do not begin with _, got ${name}`);
    checkValue(value, name);
  }
  const { version: _, ...data } = item;
  const json = JSON.stringify(data);
  const bytes = Buffer.byteLength(json);
  if (bytes > tableLimits.itemBytes) {
    throw new InvalidInput(`expected an item of at most ${tableLimits.itemBytes} bytes, got ${bytes}`, {
      code: 'too-large',
    });
  }
  return json;
}

/** @throws InvalidInput for a batch that is too long or writes a key twice: DynamoDB refuses both. */
export function checkBatch(keys: readonly Key[]): void {
  checkKeys(keys);
  const distinct = new Set(keys.map((key) => JSON.stringify([key.pk, key.sk])));
  if (distinct.size < keys.length) throw new InvalidInput('expected each key once in a batch of writes');
}

/** @throws InvalidInput */
export function checkKeys(keys: readonly Key[]): void {
  if (keys.length > tableLimits.batchItems) {
    throw new InvalidInput(`expected at most ${tableLimits.batchItems} keys at once, got ${keys.length}`);
  }
  for (const key of keys) checkKey(key);
}

/** @throws InvalidInput */
export function checkQuery(query: Query): void {
  checkKeyPart('partition', query.partition, tableLimits.partitionKeyBytes);
  const { limit, range } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > tableLimits.queryItems) {
    throw new InvalidInput(`limit: expected 1 to ${tableLimits.queryItems}, got ${limit}`);
  }
  if (!range) return;
  const bounds = 'prefix' in range ? { prefix: range.prefix } : range;
  for (const [name, bound] of Object.entries(bounds)) {
    // A prefix of nothing is the whole partition; from or to of nothing is a mistake.
    if (bound === undefined || (name === 'prefix' && bound === '')) continue;
    checkKeyPart(`range.${name}`, bound, tableLimits.rangeKeyBytes);
  }
}

/** @throws InvalidInput for an attribute that the table owns, or an amount that is no number. */
export function checkAdd(key: Key, attribute: string, amount: number): void {
  checkKey(key);
  if (attribute === '' || reserved.has(attribute)) {
    throw new InvalidInput(`expected an attribute that may be counted up, got ${attribute || 'an empty name'}`);
  }
  if (!Number.isFinite(amount)) throw new InvalidInput(`expected a number to add to ${attribute}, got ${amount}`);
}

/** @throws Conflict (code `condition-failed`) */
export function checkCondition(key: Key, stored: Item | undefined, condition: PutCondition): void {
  const holds = condition === 'absent' ? !stored : stored?.version === condition;
  if (!holds) throw conditionFailed(key, stored, condition);
}

/** What a write whose condition does not hold is refused with. */
export function conditionFailed(key: Key, stored: Item | undefined, condition: PutCondition): Conflict {
  const expected = condition === 'absent' ? 'no item' : `version ${condition}`;
  const found = stored ? `version ${stored.version}` : 'no item';
  return new Conflict(`expected ${expected} at ${key.pk} ${key.sk}, found ${found}`, { code: 'condition-failed' });
}

/** `stored` plus `amount`, absent counting as 0. @throws InvalidInput when there is something else. */
export function sumOf(attribute: string, stored: Json | undefined, amount: number): number {
  if (stored !== undefined && typeof stored !== 'number') {
    throw new InvalidInput(`${attribute}: expected a number to add to, found ${typeof stored}`);
  }
  return (stored ?? 0) + amount;
}

function checkIndex(name: 'i1' | 'i2', partition: string | undefined, range: string | undefined): void {
  if (partition === undefined && range === undefined) return;
  if (partition === undefined || range === undefined) {
    throw new InvalidInput(`expected both ${name}pk and ${name}sk or neither`);
  }
  checkKeyPart(`${name}pk`, partition, tableLimits.partitionKeyBytes);
  checkKeyPart(`${name}sk`, range, tableLimits.rangeKeyBytes);
}

function checkKeyPart(name: string, value: unknown, maxBytes: number): void {
  if (typeof value !== 'string' || value === '') {
    throw new InvalidInput(
      `${name}: expected a string that is not empty, got ${value === '' ? 'nothing' : typeof value}`,
    );
  }
  if (!value.isWellFormed() || value.includes('\0')) {
    throw new InvalidInput(`${name}: expected well-formed text without NUL`);
  }
  const bytes = Buffer.byteLength(value);
  if (bytes > maxBytes) throw new InvalidInput(`${name}: expected at most ${maxBytes} bytes, got ${bytes}`);
}

/** JSON would turn NaN into null and a Date into text without a word. */
function checkValue(value: unknown, path: string, depth = 1): void {
  if (value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    checkNumber(value, path);
    return;
  }
  if (depth > tableLimits.nesting) throw new InvalidInput(`${path}: expected at most ${tableLimits.nesting} levels`);
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) {
      if (element === undefined) throw new InvalidInput(`${path}[${index}]: expected a value, got undefined`);
      checkValue(element, `${path}[${index}]`, depth + 1);
    }
    return;
  }
  const prototype: unknown = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
  if (prototype !== Object.prototype && prototype !== null) {
    throw new InvalidInput(`${path}: expected JSON, got ${typeof value}`);
  }
  for (const [key, element] of Object.entries(value)) checkValue(element, `${path}.${key}`, depth + 1);
}

function checkNumber(value: number, path: string): void {
  const size = Math.abs(value);
  const fits = value === 0 || (size >= tableLimits.smallestNumber && size <= tableLimits.largestNumber);
  if (!fits) throw new InvalidInput(`${path}: expected a finite number within 1e-130 and 9.99e125, got ${value}`);
}
