import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { version } = JSON.parse(readFileSync(here('../package.json'), 'utf8'));

/** Another for each version of agent and Node. */
const name = `compile-${version}-${process.version}`;
const beside = here(`../node_modules/.cache/${name}`);
/** Beside the code and with its owner, so that nobody else can put code there; or where systemd gives a service room for such things. */
const folder =
  process.env.CACHE_DIRECTORY && !existsSync(join(beside, 'filled')) ? join(process.env.CACHE_DIRECTORY, name) : beside;
const mark = join(folder, 'filled');
const sources = [
  here('../src'),
  here('../node_modules/@rollcall/contract/src'),
  here('../node_modules/@rollcall/faces/src'),
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
