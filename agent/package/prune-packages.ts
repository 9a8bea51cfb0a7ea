import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Arch } from './arch.ts';

/** By package, what is kept of a folder in it: the rest is for other processors, or models that a door has no use for. */
function kept(arch: Arch): Readonly<Record<string, Readonly<Record<string, RegExp>>>> {
  return {
    'onnxruntime-node': { 'bin/napi-v6': /^linux$/, 'bin/napi-v6/linux': new RegExp(`^${arch}$`) },
    'aws-crt': { '.': /^(package\.json|dist|LICENSE|NOTICE)$/, 'dist/bin': new RegExp(`^linux-${arch}-glibc$`) },
    // Detector and mesh: who it is, the other side finds out.
    '@vladmandic/human': {
      '.': /^(package\.json|LICENSE|dist|models)$/,
      dist: /^human\.node\.js$/,
      models: /^(blazeface|facemesh)\./,
    },
    pino: { '.': /^(?!(test|benchmarks|docs|examples)$)/ },
    zod: { '.': /^(?!src$)/ },
    '@vladmandic/face-api': { '.': /^(package\.json|LICENSE)$/ },
  };
}

/** Names that begin with a dot are what pnpm and bins leave in `node_modules`; `node-linux-*` is Node itself. */
const notPackages = /^(\.|node-linux-)/;
const notNeeded = /\.(map|md|markdown|d\.[cm]?ts)$/;

/** Takes out of installed packages what does not run on a device: four fifths of their bytes. */
export async function prunePackages(modules: string, arch: Arch): Promise<void> {
  for (const name of await readdir(modules)) if (notPackages.test(name)) await remove(join(modules, name));
  for (const [name, folders] of Object.entries(kept(arch))) {
    for (const [folder, keep] of Object.entries(folders)) {
      const path = join(modules, name, folder);
      for (const entry of await readdir(path)) if (!keep.test(entry)) await remove(join(path, entry));
    }
  }
  for (const entry of await readdir(modules, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && notNeeded.test(basename(entry.name))) await remove(join(entry.parentPath, entry.name));
  }
}

function remove(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true });
}
