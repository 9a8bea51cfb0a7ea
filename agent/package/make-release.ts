import { execFile } from 'node:child_process';
import { type KeyObject, sign } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { manifestFile, ReleaseManifest, signatureFile } from '../src/release/release-manifest.ts';
import { readTree, sha256Of } from '../src/release/release-tree.ts';
import type { Arch } from './arch.ts';

export interface MakeReleaseOptions {
  /** As made by `makeAgentTree`. */
  readonly tree: string;
  readonly version: string;
  readonly arch: Arch;
  /** The Node that the package brings. */
  readonly node: string;
  /** Ed25519: by its public half devices know a release. */
  readonly key: KeyObject;
  /** Gets `{version}/linux-{arch}` with the three files. */
  readonly out: string;
}

const run = promisify(execFile);

/** A signed release for devices that run already. @returns the folder with its three files, to be put on a web server as it is. */
export async function makeRelease(options: MakeReleaseOptions): Promise<string> {
  const { tree, version, arch, node, key, out } = options;
  const folder = join(out, version, `linux-${arch}`);
  await mkdir(folder, { recursive: true });
  const file = `rollcall-agent-${version}-${arch}.tar.gz`;
  await pack(join(tree, 'app'), join(folder, file));
  const manifest: ReleaseManifest = {
    v: 1,
    version,
    arch,
    node,
    archive: { file, bytes: (await stat(join(folder, file))).size, sha256: await sha256Of(join(folder, file)) },
    ...(await readTree(join(tree, 'app'))),
  };
  const bytes = Buffer.from(`${JSON.stringify(ReleaseManifest.parse(manifest), null, 1)}\n`);
  await writeFile(join(folder, manifestFile), bytes);
  await writeFile(join(folder, signatureFile), `${sign(null, bytes, key).toString('base64')}\n`);
  return folder;
}

/** The same tree gives the same bytes. */
async function pack(folder: string, file: string): Promise<void> {
  const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  await run('tar', [
    '--create',
    ...same,
    '--use-compress-program=gzip -9n',
    '--file',
    file,
    '--directory',
    folder,
    '.',
  ]);
}
