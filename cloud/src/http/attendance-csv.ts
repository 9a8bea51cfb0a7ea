import type { Attendance } from '@rollcall/contract/attendance';
import { stringify } from 'csv-stringify/sync';

const header = ['date', 'externalId', 'name', 'groups', 'status', 'firstSeenAt', 'lastSeenAt', 'doorId', 'why'];

/**
 * Rows of the register as CSV (RFC 4180): the header first, then a chunk per part. No byte order mark: a script would take it for a
 * part of the first name. What a spreadsheet would run as a formula gets an apostrophe in front.
 * Source: "CSV Injection", OWASP.
 */
export async function* csvOf(parts: AsyncIterable<readonly Attendance[]>): AsyncGenerator<string, void> {
  yield stringify([header], { record_delimiter: 'windows' });
  for await (const rows of parts) {
    yield stringify(rows.map(cellsOf), { record_delimiter: 'windows', escape_formulas: true });
  }
}

function cellsOf(row: Attendance): (string | null)[] {
  const { date, externalId, name, status, firstSeenAt, lastSeenAt, doorId, why } = row;
  return [date, externalId, name, row.groups.join('; '), status, firstSeenAt, lastSeenAt, doorId, why];
}
