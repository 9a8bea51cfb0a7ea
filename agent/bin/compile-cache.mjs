import { existsSync, readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { version } = JSON.parse(readFileSync(here('../package.json'), 'utf8'));

/** Beside the code and with its owner, so that nobody else can put code there; another for each version of agent and Node. */
const folder = here(`../node_modules/.cache/compile-${version}-${process.version}`);

/** There once the cache was filled. */
export const filledMark = join(folder, 'filled');

/** Keeps compiled code between starts. Where the folder cannot be written, goes without. */
export function useCompileCache() {
  enableCompileCache(folder);
}

/** Whether a start finds everything compiled. */
export function isFilled() {
  return existsSync(filledMark);
}
