import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Misconfigured } from '@rollcall/kit/app-error';
import type { Arch } from './arch.ts';

export interface DebianPackageOptions {
  /** As made by `makeAgentTree`. */
  readonly tree: string;
  readonly version: string;
  readonly arch: Arch;
  /** PEM of the public key whose releases the device takes; without it, it takes none. */
  readonly publicKeyPem?: string;
  readonly out: string;
}

/** Debian's names of processors. */
const debianArch: Readonly<Record<Arch, string>> = { arm64: 'arm64', x64: 'amd64' };
const home = 'usr/lib/rollcall-agent';
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const run = promisify(execFile);

/** The package for Debian and Raspberry Pi OS: agent, Node, unit. Needs `dpkg-deb`. @returns its file. */
export async function makeDebianPackage(options: DebianPackageOptions): Promise<string> {
  const { tree, version, arch, publicKeyPem, out } = options;
  const root = join(out, `.deb-${arch}`);
  await rm(root, { recursive: true, force: true });
  await mkdir(join(root, home), { recursive: true });
  await cp(tree, join(root, home), { recursive: true, verbatimSymlinks: true });
  if (publicKeyPem !== undefined) await place(root, `${home}/release.pub`, publicKeyPem, 0o644);
  await copy(root, 'rollcall-agent.service', 'usr/lib/systemd/system/rollcall-agent.service', 0o644);
  await copy(root, 'rollcall-agent.sh', 'usr/bin/rollcall-agent', 0o755);
  await copy(root, 'import-boot.sh', `${home}/import-boot`, 0o755);
  for (const script of ['postinst', 'prerm', 'postrm']) await copy(root, `${script}.sh`, `DEBIAN/${script}`, 0o755);
  await place(root, 'DEBIAN/control', control(version, debianArch[arch]), 0o644);
  const file = join(out, `rollcall-agent_${version}_${debianArch[arch]}.deb`);
  try {
    await run('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z6', '--build', root, file], { maxBuffer: 1_000_000 });
  } catch (cause) {
    throw new Misconfigured(
      `expected dpkg-deb to make a package; it is there on Debian and its relatives: ${String(cause)}`,
      { cause },
    );
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  return file;
}

function control(version: string, arch: string): string {
  return `Package: rollcall-agent
Version: ${version}
Architecture: ${arch}
Maintainer: Rollcall <rollcall@localhost>
Section: net
Priority: optional
Depends: libc6 (>= 2.31), libstdc++6, ffmpeg, ca-certificates
Recommends: rpicam-apps | libcamera-apps
Suggests: fswebcam
Description: Rollcall camera agent
 Watches a door and sends the few pictures that matter to a Rollcall site or to AWS.
`;
}

async function copy(root: string, from: string, to: string, mode: number): Promise<void> {
  await mkdir(dirname(join(root, to)), { recursive: true });
  await cp(here(from), join(root, to));
  await chmod(join(root, to), mode);
}

async function place(root: string, to: string, text: string, mode: number): Promise<void> {
  await mkdir(dirname(join(root, to)), { recursive: true });
  await writeFile(join(root, to), text, { mode });
}
