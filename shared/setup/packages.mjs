import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runQuietly } from './run-quietly.mjs';
import { step } from './progress.mjs';
import { SetupError } from './setup-error.mjs';

/** The one version that installs and runs the scripts. */
export const pnpm = ['npx', '--yes', 'pnpm@12.21.0'];

/** How long an installation whose launcher was killed may still go on. */
const orphanMs = 300_000;

/**
 * Installs the packages unless those of the lockfile are there. Call under the lock.
 * @param {string} root
 * @param {string[]} [command]
 */
export async function installPackages(root, command = [...pnpm, 'install', '--frozen-lockfile']) {
  await orphanedInstall(root);
  if (isInstalled(root)) return;
  await step('Installing packages (at the first start and after an update; takes a minute or two)', async () => {
    const { code, output } = await runQuietly(command, {
      cwd: root,
      onStart: (pid) => writeFileSync(markerOf(root), `${pid}\n`),
    });
    if (code !== 0) throw installError(code, output);
    rmSync(markerOf(root), { force: true });
    if (!isInstalled(root))
      throw new SetupError('pnpm ended well, but packages are missing. Delete node_modules and start again.');
  });
}

/**
 * Whether node_modules is what the lockfile says: pnpm keeps a copy of the lockfile that it installed.
 * @param {string} root
 */
export function isInstalled(root) {
  if (existsSync(markerOf(root))) return false;
  const wanted = readIfThere(join(root, 'pnpm-lock.yaml'));
  const installed = readIfThere(join(root, 'node_modules', '.pnpm', 'lock.yaml'));
  if (wanted === undefined || wanted !== installed) return false;
  return workspaceFolders(root).every((folder) => existsSync(join(folder, 'node_modules')));
}

/**
 * Outside node_modules, which an interrupted installation may have taken away. An installation that did not end left it.
 * @param {string} root
 */
function markerOf(root) {
  return join(root, '.installing');
}

/**
 * The launcher of an installation was killed: let what it started end, so that two do not write at once.
 * @param {string} root
 */
async function orphanedInstall(root) {
  const pid = Number(readIfThere(markerOf(root)));
  const end = Date.now() + orphanMs;
  while (isAlive(pid) && Date.now() < end) await wait(500);
}

/** @param {number} pid */
function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * Packages with dependencies, by the folders that pnpm-workspace.yaml names.
 * @param {string} root
 */
function workspaceFolders(root) {
  const yaml = readIfThere(join(root, 'pnpm-workspace.yaml')) ?? '';
  const list = /^packages:\n((?: +- .*\n?)*)/m.exec(yaml)?.[1] ?? '';
  const globs = [...list.matchAll(/- +["']?([^"'\n]+)["']?/g)].map((match) => match[1].trim());
  const folders = globs.flatMap((glob) => {
    if (!glob.endsWith('/*')) return [join(root, glob)];
    const parent = join(root, glob.slice(0, -2));
    return existsSync(parent) ? readdirSync(parent).map((name) => join(parent, name)) : [];
  });
  return folders.filter((folder) => {
    const manifest = readIfThere(join(folder, 'package.json'));
    return manifest !== undefined && /"(dev)?dependencies"/i.test(manifest);
  });
}

/**
 * @param {number} code
 * @param {string} output
 */
function installError(code, output) {
  const tail = output
    .trim()
    .split('\n')
    .slice(-15)
    .map((line) => `  | ${line}`)
    .join('\n');
  return new SetupError(`Installing the packages failed (exit ${code}). ${advice(output)}\n${tail}`);
}

/** @param {string} output */
function advice(output) {
  if (/ENOSPC|no space left|EDQUOT/i.test(output)) return 'The disk is full: free about 2 GB and start again.';
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|error sending request|dns error/i.test(output)
  ) {
    return 'The package registry cannot be reached: check the network and the proxy (npm config get registry), then start again.';
  }
  if (/EACCES|EPERM|permission denied/i.test(output)) {
    return 'A file may not be written: run this as the owner of the folder (not with sudo now and then).';
  }
  if (/OUTDATED_LOCKFILE|frozen-lockfile/i.test(output)) {
    return 'pnpm-lock.yaml does not fit package.json: get a clean copy, or run `npx pnpm@12.21.0 install` after a change of yours.';
  }
  return 'What it said:';
}

/** @param {string} path */
function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
