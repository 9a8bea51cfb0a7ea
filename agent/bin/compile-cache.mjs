import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { version } = JSON.parse(readFileSync(here('../package.json'), 'utf8'));

/** Beside the code and with its owner, so that nobody else can put code there; another for each version of agent and Node. */
const folder = here(`../node_modules/.cache/compile-${version}-${process.version}`);
const mark = join(folder, 'filled');
const sources = [
  here('../src'),
  here('../node_modules/@rollcall/contract/src'),
  here('../node_modules/@rollcall/kit/src'),
];

/** Keeps compiled code between starts. Where the folder cannot be written, goes without. */
export function useCompileCache() {
  // What lives for one frame alone makes V8 grow its nursery to 64 MB; at its first size it collects more often, for next to
  // nothing. Here, because code that was compiled with other flags is not taken from the cache.
  setFlagsFromString('--semi-space-growth-factor=1');
  enableCompileCache(folder);
}

/** Whether a start finds everything compiled: filled, and no source changed since. */
export function isFilled() {
  const filledAt = statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources.every((source) =>
    readdirSync(source, { recursive: true }).every((file) => statSync(join(source, file)).mtimeMs <= filledAt),
  );
}

/** To be called when everything was loaded once. */
export function markFilled() {
  writeFileSync(mark, '');
}
