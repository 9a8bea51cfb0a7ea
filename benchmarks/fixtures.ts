import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Clips and pictures that are no part of the project: `ROLLCALL_FIXTURES`, by default beside it. */
export const fixturesDir =
  process.env['ROLLCALL_FIXTURES'] || fileURLToPath(new URL('../../shared/fixtures', import.meta.url));

/** A fixture's path, or undefined when it is not there. */
export function fixture(path: string): string | undefined {
  const file = `${fixturesDir}/${path}`;
  return existsSync(file) ? file : undefined;
}
