import type { SQLInputValue } from 'node:sqlite';
import type { Query } from '../../ports/table.ts';
import type { Position } from '../table-cursor.ts';

/**
 * One page of `query` after `after`, and one row more that tells whether there is a next page.
 * Rows: `range` (the range key queried), `version`, `data`.
 */
export function queryStatement(
  query: Query,
  after: Position | undefined,
  nowSeconds: number,
): { readonly sql: string; readonly values: SQLInputValue[] } {
  const { index, partition, order } = query;
  const [pk, sk] = index ? [`i${index}pk`, `i${index}sk`] : ['pk', 'sk'];
  const way = order === 'descending' ? 'DESC' : 'ASC';
  const where = [`${pk} = ?`];
  const values: SQLInputValue[] = [partition];
  const add = (condition: string, ...bound: SQLInputValue[]) => {
    where.push(condition);
    values.push(...bound);
  };
  for (const [operator, bound] of boundsOf(query.range)) add(`${sk} ${operator} ?`, bound);
  const beyond = way === 'ASC' ? '>' : '<';
  if (after && index) add(`(${sk}, pk, sk) ${beyond} (?, ?, ?)`, after.range, after.pk, after.sk);
  else if (after) add(`sk ${beyond} ?`, after.range);
  add('(expires_at IS NULL OR expires_at > ?)', nowSeconds);
  const by = (index ? [sk, 'pk', 'sk'] : ['sk']).map((column) => `${column} ${way}`).join(', ');
  const sql = `SELECT ${sk} AS range, version, data FROM items WHERE ${where.join(' AND ')} ORDER BY ${by} LIMIT ?`;
  return { sql, values: [...values, query.limit + 1] };
}

function boundsOf(range: Query['range'] = {}): [operator: string, bound: string][] {
  if ('prefix' in range) {
    const end = endOfPrefix(range.prefix);
    return range.prefix === '' ? [] : [['>=', range.prefix], ...(end ? [['<', end] satisfies [string, string]] : [])];
  }
  const bounds: [string, string][] = [];
  if (range.from !== undefined) bounds.push(['>=', range.from]);
  if (range.to !== undefined) bounds.push(['<=', range.to]);
  return bounds;
}

/** The first text, in the order of UTF-8 bytes, after all that start with `prefix`; undefined when there is none. */
export function endOfPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (letter) => letter.codePointAt(0) ?? 0);
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  // U+D800 to U+DFFF are halves of UTF-16 pairs, no letters of their own.
  const next = last === 0xd7ff ? 0xe000 : last + 1;
  return String.fromCodePoint(...points, next);
}
