import { createHash } from 'node:crypto';
import { InvalidInput } from '@rollcall/kit/app-error';
import type { Query } from '../ports/table.ts';

/** Where a page ended: `range` is the range key in the queried table or index; `pk` and `sk` the item's own key. */
export interface Position {
  readonly range: string;
  readonly pk: string;
  readonly sk: string;
}

/** An opaque cursor that continues `query`, and no other query, after `position`. */
export function cursorAfter(query: Query, position: Position): string {
  const fields = query.index ? [position.range, position.pk, position.sk] : [position.range];
  return Buffer.from(JSON.stringify([stampOf(query), ...fields])).toString('base64url');
}

/** @returns where the page before ended; undefined for a first page. @throws InvalidInput for a cursor of another query. */
export function positionOf(query: Query): Position | undefined {
  if (query.cursor === undefined) return undefined;
  const fields = decode(query.cursor);
  const [stamp, range, pk = query.partition, sk = range] = fields;
  const length = query.index ? 4 : 2;
  if (stamp !== stampOf(query) || fields.length !== length || range === undefined || sk === undefined) {
    throw new InvalidInput('cursor: expected one that an earlier page of the same list gave', {
      errors: [{ path: 'cursor', message: 'expected one that an earlier page of the same list gave' }],
    });
  }
  return { range, pk, sk };
}

function decode(cursor: string): string[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) && value.every((field) => typeof field === 'string') ? value : [];
  } catch {
    return [];
  }
}

function stampOf(query: Query): string {
  const range = query.range ?? {};
  const bounds = 'prefix' in range ? ['prefix', range.prefix] : ['between', range.from ?? null, range.to ?? null];
  const identity = JSON.stringify([query.partition, query.index ?? 0, query.order ?? 'ascending', bounds]);
  return createHash('sha256').update(identity).digest('base64url').slice(0, 16);
}
