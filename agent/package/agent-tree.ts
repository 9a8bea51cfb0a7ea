import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppError, Misconfigured, Unavailable } from '@rollcall/kit/app-error';
import type { Arch } from './arch.ts';
import { prunePackages } from './prune-packages.ts';

/** Of the workspace, what runs on a device. */
const sources = ['agent/bin', 'agent/src', 'shared/contract/src', 'shared/kit/src', 'shared/faces/src'];
const manifests = ['agent', 'shared/contract', 'shared/kit', 'shared/faces'].map((folder) => `${folder}/package.json`);
const workspaceFiles = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'];

const installMs = 300_000;
const run = promisify(execFile);

export interface AgentTreeOptions {
  /** The workspace. */
  readonly root: string;
  /** Made anew: `app` with the agent and its dependencies, `bin/node`. */
  readonly folder: string;
  readonly arch: Arch;
}

/**
 * The agent as it lies on a device: the workspace's own folders, so that what runs there is what was tested here, and the locked
 * dependencies for that processor. Asks the package registry for what pnpm's store has not got. @throws Unavailable, Misconfigured
 */
export async function makeAgentTree({ root, folder, arch }: AgentTreeOptions): Promise<void> {
  const app = join(folder, 'app');
  await rm(folder, { recursive: true, force: true });
  for (const path of [...sources, ...manifests, ...workspaceFiles]) {
    await cp(join(root, path), join(app, path), { recursive: true, filter: (file) => !isForTests(file) });
  }
  await appendFile(
    join(app, 'pnpm-workspace.yaml'),
    `supportedArchitectures: { os: [linux], cpu: [${arch}], libc: [glibc] }\n`,
  );
  await install(app);
  await mkdir(join(folder, 'bin'));
  const modules = join(app, 'node_modules');
  await rename(join(modules, `node-linux-${arch}`, 'bin', 'node'), join(folder, 'bin', 'node'));
  await prunePackages(modules, arch);
  for (const file of workspaceFiles) await rm(join(app, file));
}

function isForTests(path: string): boolean {
  return /\.test(\.support)?\.ts$|-for-tests\.ts$/.test(path);
}

async function install(app: string): Promise<void> {
  const pnpm = process.env.npm_execpath;
  if (!pnpm) throw new Misconfigured('expected to be run by pnpm: pnpm package:agent');
  const [command, ...first] = /\.[cm]?js$/.test(pnpm) ? [process.execPath, pnpm] : [pnpm];
  const options = [
    'install',
    '--prod',
    '--frozen-lockfile',
    '--ignore-scripts',
    '--prefer-offline',
    '--filter',
    '@rollcall/agent...',
  ];
  try {
    await run(command, [...first, ...options, '--config.node-linker=hoisted', '--config.package-import-method=copy'], {
      cwd: app,
      timeout: installMs,
      maxBuffer: 16_000_000,
    });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const said = cause instanceof Error && 'stdout' in cause ? String(cause.stdout).slice(-2_000) : String(cause);
    throw new Unavailable(`the agent’s dependencies could not be installed; is the package registry there?\n${said}`, {
      cause,
    });
  }
}
