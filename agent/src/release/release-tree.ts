import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Denied } from '@rollcall/kit/app-error';
import type { ReleaseManifest } from './release-manifest.ts';

/** The files and links below a folder, as a manifest lists them. */
export interface ReleaseTree extends Pick<ReleaseManifest, 'files' | 'links'> {}

/** Reads and hashes every file below `folder`: some 75 MB, half a second. */
export async function readTree(folder: string): Promise<ReleaseTree> {
  const files: Record<string, string> = {};
  const links: Record<string, string> = {};
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (entry.isSymbolicLink()) links[name] = relative(folder, resolve(dirname(path), await readlink(path)));
    else if (entry.isFile()) files[name] = await sha256Of(path);
    else if (!entry.isDirectory()) throw new Denied(`${name}: a release is made of files, folders and links`);
  }
  return { files, links };
}

/** Of a file of any size, as hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** @throws Denied unless `folder` holds exactly what the manifest lists: one file more could be found in place of another. */
export async function checkTree(folder: string, manifest: ReleaseTree): Promise<void> {
  const found = await readTree(folder);
  const problem = difference(manifest.files, found.files) ?? difference(manifest.links, found.links);
  if (problem !== undefined) {
    throw new Denied(`the release does not hold what its manifest says: ${problem}`, { code: 'release-damaged' });
  }
}

function difference(expected: Readonly<Record<string, string>>, found: Readonly<Record<string, string>>) {
  for (const [name, value] of Object.entries(expected)) {
    if (!Object.hasOwn(found, name)) return `${name} is missing`;
    if (found[name] !== value) return `${name} was changed`;
  }
  const extra = Object.keys(found).find((name) => !Object.hasOwn(expected, name));
  return extra === undefined ? undefined : `${extra} does not belong to it`;
}
