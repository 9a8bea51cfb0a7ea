import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { JobId } from '@rollcall/contract/device-job';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publicKeyPem, smallAgent, smallRelease, tempFolder } from '../../test/small-release.ts';
import { accept } from './choose-release.ts';
import { chooseApp } from './launch.ts';
import { Releases, type ReleaseState } from './release-state.ts';

const run = promisify(execFile);
const jobId = JobId.parse('01J00000000000000000000000-update');
const trial = (version: string) => ({ version, jobId, starts: 0, cameraWorked: true });

describe('what the launcher starts', () => {
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let releases: Releases;
  let packagedApp: string;
  const warnings: string[] = [];

  beforeEach(async () => {
    folder = await tempFolder();
    releases = new Releases(join(folder.path, 'releases'));
    packagedApp = await smallAgent(join(folder.path, 'packaged'), '1.0.0');
    await writeFile(join(folder.path, 'key.pub'), publicKeyPem);
    warnings.length = 0;
  });
  afterEach(() => folder.remove());

  async function install(version: string) {
    const from = await smallRelease(folder.path, version);
    await cp(from, releases.pathOf(version), { recursive: true });
    await cp(join(folder.path, `tree-${version}`, 'app'), join(releases.pathOf(version), 'app'), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
  const chosen = () =>
    chooseApp({
      packagedApp,
      updates: { folder: releases.folder, publicKeyFile: join(folder.path, 'key.pub') },
      warn: (text) => warnings.push(text),
    });
  const appOf = (version: string) => join(releases.pathOf(version), 'app');

  it('is the packaged agent as long as there is nothing newer, whatever the state says', async () => {
    expect(await chosen()).toBe(packagedApp);
    await releases.save({ v: 1, current: '0.9.0' });
    expect(await chosen()).toBe(packagedApp);
    await writeFile(join(releases.folder, 'state.json'), '{ torn');
    expect(await chosen()).toBe(packagedApp);
  });

  it('is the current release, and after an upgrade of the package that', async () => {
    await install('1.1.0');
    await releases.save({ v: 1, current: '1.1.0' });
    expect(await chosen()).toBe(appOf('1.1.0'));
    await smallAgentAgain('1.1.1');
    expect(await chosen()).toBe(packagedApp);
    expect(await releases.load()).toEqual({ v: 1 });
  });

  it('is a release on trial three times, and then what ran before', async () => {
    await install('1.1.0');
    await install('1.2.0');
    await releases.save({ v: 1, current: '1.1.0', trial: trial('1.2.0') });
    for (let start = 1; start <= 3; start++) {
      expect(await chosen()).toBe(appOf('1.2.0'));
      expect((await releases.load()).trial?.starts).toBe(start);
    }
    expect(await chosen()).toBe(appOf('1.1.0'));
    expect(await releases.load()).toMatchObject({ current: '1.1.0', failed: { version: '1.2.0' } });
  });

  it('is an older release too, if that proved itself, until another package is installed', async () => {
    await install('0.9.0');
    await releases.save({ v: 1, trial: trial('0.9.0') });
    expect(await chosen()).toBe(appOf('0.9.0'));
    await releases.save(accept(await releases.load(), '0.9.0'));
    for (let start = 0; start < 2; start++) expect(await chosen()).toBe(appOf('0.9.0'));
    await smallAgentAgain('1.0.1');
    expect(await chosen()).toBe(packagedApp);
  });

  it('writes nothing when there is nothing new', async () => {
    await chosen();
    expect(await readdir(releases.folder).catch(() => 'none')).toBe('none');
  });

  it('leaves no release but what runs, what is on trial and what runs when that fails', async () => {
    for (const version of ['1.0.8', '1.0.9', '1.1.0', '1.2.0']) await install(version);
    for (const left of ['.staging-1', 'compiled-by-hand']) await mkdir(join(releases.folder, left));
    await releases.save({ v: 1, current: '1.1.0', trial: trial('1.2.0') });
    await releases.sweep('1.0.9');
    expect((await readdir(releases.folder)).toSorted()).toEqual(['1.0.9', '1.1.0', '1.2.0', 'state.json']);
    await new Releases(join(folder.path, 'nowhere')).sweep('1.0.9');
  });

  it.each<[string, (app: string) => Promise<void>]>([
    ['changed', (app) => writeFile(join(app, 'agent', 'bin', 'rollcall-agent.mjs'), 'evil()')],
    ['added to', (app) => writeFile(join(app, 'node_modules', 'sharp.js'), 'evil()')],
    ['missing in part', (app) => rm(join(app, 'agent', 'package.json'))],
    ['gone', (app) => rm(join(app, '..'), { recursive: true })],
  ])('is never a release that was %s', async (_what, change) => {
    await install('1.1.0');
    await install('1.2.0');
    await releases.save({ v: 1, current: '1.1.0', trial: trial('1.2.0') });
    await change(appOf('1.2.0'));
    expect(await chosen()).toBe(appOf('1.1.0'));
    await change(appOf('1.1.0'));
    expect(await chosen()).toBe(packagedApp);
    expect(warnings).toHaveLength(2);
    const state: ReleaseState = await releases.load();
    expect(state.current).toBeUndefined();
  });

  it('becomes the agent under the same process id, with its arguments', async () => {
    const launch = fileURLToPath(new URL('launch.ts', import.meta.url));
    const script = `import { becomeAgent } from ${JSON.stringify(launch)};
      console.log(process.pid); becomeAgent(${JSON.stringify(packagedApp)}, ['--now'], process.env);`;
    const child = run(process.execPath, ['--input-type=module', '--eval', script]);
    const { stdout } = await child;
    expect(stdout).toBe(`${child.child.pid}\nagent 1.0.0 --now\n`);
  });

  it('keeps its memory together, unless it is told otherwise', async () => {
    const launch = fileURLToPath(new URL('launch.ts', import.meta.url));
    const entry = join(packagedApp, 'agent', 'bin', 'rollcall-agent.mjs');
    await writeFile(entry, 'console.log(process.env.MALLOC_ARENA_MAX)');
    const arenas = async (environment: Record<string, string>) => {
      const script = `import { becomeAgent } from ${JSON.stringify(launch)};
        becomeAgent(${JSON.stringify(packagedApp)}, [], ${JSON.stringify(environment)});`;
      return (await run(process.execPath, ['--input-type=module', '--eval', script])).stdout;
    };
    expect(await arenas({})).toBe('1\n');
    expect(await arenas({ MALLOC_ARENA_MAX: '4' })).toBe('4\n');
  });

  async function smallAgentAgain(version: string) {
    await rm(packagedApp, { recursive: true });
    packagedApp = await smallAgent(join(folder.path, 'packaged'), version);
  }
});
