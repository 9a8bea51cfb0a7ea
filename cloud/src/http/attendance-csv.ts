import type { Attendance } from '@rollcall/contract/attendance';
import { stringify } from 'csv-stringify/sync';

const header = ['date', 'externalId', 'name', 'groups', 'status', 'firstSeenAt', 'lastSeenAt', 'doorId', 'why'];

/**
 * Rows of the register as CSV (RFC 4180): a chunk per part, the first with the header. No byte order mark: a script would take it for a
 * part of the first name. What a spreadsheet would run as a formula gets an apostrophe in front.
 * Source: "CSV Injection", OWASP.
 */
export async function* csvOf(parts: AsyncIterable<readonly Attendance[]>): AsyncGenerator<string, void> {
  let head = stringify([header], { record_delimiter: 'windows' });
  for await (const rows of parts) {
    yield head + stringify(rows.map(cellsOf), { record_delimiter: 'windows', escape_formulas: true });
    head = '';
  }
  if (head) yield head;
}

function cellsOf(row: Attendance): (string | null)[] {
  const { date, externalId, name, status, firstSeenAt, lastSeenAt, doorId, why } = row;
  return [date, externalId, name, row.groups.join('; '), status, firstSeenAt, lastSeenAt, doorId, why];
}
