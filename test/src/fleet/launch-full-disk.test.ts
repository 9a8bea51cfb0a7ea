import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Releases } from '@rollcall/agent/release/release-state';
import { JobId } from '@rollcall/contract/device-job';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publicKeyPem, smallRelease, tempFolder } from '@rollcall/agent/test/small-release';
import { type SmallDisk, smallDisk, withoutSmallDisk } from '../site/small-disk.ts';

const run = promisify(execFile);
const launcher = fileURLToPath(new URL('../../../agent/bin/rollcall-launch.mjs', import.meta.url));
const jobId = JobId.parse('01J00000000000000000000000-update');

describe.skipIf(withoutSmallDisk)(`the launcher of an agent on a full disk${withoutSmallDisk}`, () => {
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let disk: SmallDisk;
  let releases: Releases;

  beforeEach(async () => {
    folder = await tempFolder();
    await writeFile(join(folder.path, 'key.pub'), publicKeyPem);
    disk = smallDisk(2);
    releases = new Releases(join(disk.path, 'releases'));
  });
  afterEach(async () => {
    await disk.remove();
    await folder.remove();
  });

  const launched = async () => {
    const env = {
      PATH: process.env.PATH,
      ROLLCALL_AGENT_DATA_DIR: disk.path,
      ROLLCALL_AGENT_RELEASE_KEY_FILE: join(folder.path, 'key.pub'),
    };
    return run(process.execPath, [launcher, '--version'], { env });
  };
  const packaged = expect.stringMatching(/^\d+\.\d+\.\d+\n$/);

  it('starts the packaged agent all the same', async () => {
    await disk.fill();
    expect(await launched()).toEqual({ stdout: packaged, stderr: '' });
  });

  it('starts nothing on trial whose starts it cannot count: one that ends at once would be started for ever', async () => {
    const from = await smallRelease(folder.path, '99.0.0');
    await mkdir(releases.folder, { recursive: true });
    await cp(from, releases.pathOf('99.0.0'), { recursive: true });
    const app = { from: join(folder.path, 'tree-99.0.0', 'app'), to: join(releases.pathOf('99.0.0'), 'app') };
    await cp(app.from, app.to, { recursive: true, verbatimSymlinks: true });
    await releases.save({ v: 1, trial: { version: '99.0.0', jobId, starts: 0, cameraWorked: true } });
    expect((await launched()).stdout).toBe('agent 99.0.0 --version\n');
    await disk.fill();
    const { stdout, stderr } = await launched();
    expect(stdout).toEqual(packaged);
    expect(stderr).toContain('99.0.0 is not started: the disk does not take');
    await disk.free();
    expect((await releases.load()).trial?.starts).toBe(1);
  });
});
