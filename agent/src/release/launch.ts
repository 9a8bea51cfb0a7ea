import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execve } from 'node:process';
import { AppError, Unavailable } from '@rollcall/kit/app-error';
import { z } from 'zod';
import { chooseRelease, giveUp } from './choose-release.ts';
import { compareVersions, manifestFile, readManifest, signatureFile } from './release-manifest.ts';
import { Releases, type ReleaseState } from './release-state.ts';
import { checkTree } from './release-tree.ts';

export interface LaunchOptions {
  /** The packaged agent: a folder that only root can write to. */
  readonly packagedApp: string;
  /** Where releases are kept, and the public key that they are signed for; without it only the packaged agent runs. */
  readonly updates?: { readonly folder: string; readonly publicKeyFile: string };
  readonly warn: (text: string) => void;
}

/** The folder of the agent to start, checked now: what lies where a device writes is started only as long as its signature holds. */
export async function chooseApp(options: LaunchOptions): Promise<string> {
  const { packagedApp, updates, warn } = options;
  if (!updates) return packagedApp;
  const releases = new Releases(updates.folder);
  const packaged = await versionOf(packagedApp);
  let state = await releases.load();
  // Each round without a release that holds takes one away, and there are two at most.
  for (let round = 0; round < 3; round++) {
    const choice = chooseRelease(state, packaged);
    const isCounted = choice.state === state || (await isSaved(releases, choice.state));
    if (choice.version === undefined) return packagedApp;
    const folder = releases.pathOf(choice.version);
    try {
      // What is on trial and cannot be counted would be started for ever.
      if (!isCounted) throw new Unavailable('the disk does not take that it is on trial');
      await checkRelease(folder, choice.version, await readFile(updates.publicKeyFile, 'utf8'));
      return join(folder, 'app');
    } catch (error) {
      const reason = error instanceof AppError ? error.message : String(error);
      warn(`rollcall-agent ${choice.version} is not started: ${reason}`);
      state = giveUp(choice.state, choice.version, reason);
      await isSaved(releases, state);
    }
  }
  return packagedApp;
}

/** A disk that takes nothing does not keep the agent from its door. */
async function isSaved(releases: Releases, state: ReleaseState): Promise<boolean> {
  try {
    await releases.save(state);
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return false;
  }
}

/** @throws Denied, or what reading it throws, unless the release in `folder` is whole, signed, that version, and runs on this Node. */
export async function checkRelease(folder: string, version: string, publicKeyPem: string): Promise<void> {
  const [bytes, signature] = await Promise.all([
    readFile(join(folder, manifestFile)),
    readFile(join(folder, signatureFile), 'utf8'),
  ]);
  const manifest = readManifest(bytes, signature, publicKeyPem);
  if (manifest.version !== version) throw new Error(`it says that it is ${manifest.version}`);
  if (manifest.arch !== process.arch) throw new Error(`it is for ${manifest.arch}`);
  if (compareVersions(process.versions.node, manifest.node) < 0) throw new Error(`it needs Node ${manifest.node}`);
  await checkTree(join(folder, 'app'), manifest);
}

async function versionOf(app: string): Promise<string> {
  const text = await readFile(join(app, 'agent', 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

/**
 * Pictures come from several threads, and each arena of glibc keeps what it once needed for them: with one, 140 MB that stay so instead of 180 that
 * grow, at no cost of time (benchmarks/results/door.md). Set from outside, because it is read before anything runs. Source: mallopt(3).
 */
const oneArena = { MALLOC_ARENA_MAX: '1' };

/** Turns this process into the agent in `app`, under the same process id, as systemd wants it. Never returns. */
export function becomeAgent(app: string, argv: readonly string[], environment: NodeJS.ProcessEnv): never {
  if (!execve) throw new Error('expected Node 24 on Linux');
  const entry = join(app, 'agent', 'bin', 'rollcall-agent.mjs');
  return execve(process.execPath, [process.execPath, entry, ...argv], { ...oneArena, ...environment });
}
