import { fileURLToPath } from 'node:url';

/** Clips that are no part of the project: `ROLLCALL_FIXTURES`, by default beside it. */
export const fixtures =
  process.env['ROLLCALL_FIXTURES'] || fileURLToPath(new URL('../../../shared/fixtures', import.meta.url));
