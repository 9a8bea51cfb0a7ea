import { mkdir, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError, Misconfigured, misconfiguredExitCode } from '@rollcall/kit/app-error';
import { agentVersion } from '../src/agent-version.ts';
import { makeAgentTree } from './agent-tree.ts';
import type { Arch } from './arch.ts';
import { makeDebianPackage } from './debian-package.ts';
import { makeRelease } from './make-release.ts';
import { publicHalf, readReleaseKey } from './release-key.ts';

const help = `pnpm package:agent: packages the agent for devices.

Usage: pnpm package:agent [--arch arm64|x64] [--key release.key] [--out dist/agent]

  --arch ARCH  arm64 for a Raspberry Pi (default), x64 for a PC
  --key FILE   Ed25519 private key: makes a signed release as well, and the package takes releases that are signed with it.
               Keep it off the devices and off this repository. Make one: openssl genpkey -algorithm ed25519 -out release.key
  --out DIR    default dist/agent

Makes rollcall-agent_VERSION_ARCH.deb (install it: apt install ./FILE), and with --key VERSION/linux-ARCH/ with the three files of a
release: put that folder on a web server, then: pnpm rollcall device update DEVICE --to VERSION --from URL-OF-THE-FOLDER
`;

async function main(): Promise<number> {
  try {
    const { values } = parse();
    if (values.help) {
      process.stdout.write(help);
      return 0;
    }
    const arch = archOf(values.arch);
    const key = values.key === undefined ? undefined : await readReleaseKey(values.key);
    const root = resolve(import.meta.dirname, '../..');
    const out = resolve(values.out);
    await mkdir(out, { recursive: true });
    const tree = join(out, `.tree-${arch}`);
    say(`Collecting the agent ${agentVersion} for ${arch}`);
    await makeAgentTree({ root, folder: tree, arch });
    const common = { tree, version: agentVersion, arch, out };
    say('Making the package');
    const files = [await makeDebianPackage({ ...common, ...(key && { publicKeyPem: publicHalf(key) }) })];
    if (key) {
      say('Signing the release');
      files.push(await makeRelease({ ...common, node: process.versions.node, key }));
    }
    await rm(tree, { recursive: true });
    for (const file of files) process.stdout.write(`${relative(process.cwd(), file)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error instanceof Misconfigured ? misconfiguredExitCode : 1;
  }
}

function parse() {
  try {
    const out = { type: 'string', default: 'dist/agent' } as const;
    return parseArgs({
      options: { arch: { type: 'string', default: 'arm64' }, key: { type: 'string' }, out, help: { type: 'boolean' } },
    });
  } catch (cause) {
    throw new Misconfigured(`${cause instanceof Error ? cause.message : String(cause)}; see --help`, { cause });
  }
}

function archOf(text: string): Arch {
  if (text === 'arm64' || text === 'x64') return text;
  throw new Misconfigured(`expected --arch arm64 or x64, got ${text}`);
}

function say(text: string): void {
  process.stderr.write(`${text}…\n`);
}

process.exit(await main());
