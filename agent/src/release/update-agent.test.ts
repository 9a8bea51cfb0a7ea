import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JobDocument, JobId } from '@rollcall/contract/device-job';
import { silentLog } from '@rollcall/kit/log';
import { ManualTimer } from '@rollcall/kit/timer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test/eventually.ts';
import { publicKeyPem, smallAgent, smallRelease, tempFolder, webServer } from '../../test/small-release.ts';
import { chooseApp } from './launch.ts';
import { proveRelease } from './prove-release.ts';
import { Releases } from './release-state.ts';
import { updateAgent } from './update-agent.ts';

const jobId = JobId.parse('01J00000000000000000000000-update');

describe('an update of the agent', () => {
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let server: Awaited<ReturnType<typeof webServer>>;
  let releases: Releases;
  let packagedApp: string;
  let publicKeyFile: string;
  let timer: ManualTimer;

  beforeEach(async () => {
    folder = await tempFolder();
    releases = new Releases(join(folder.path, 'releases'));
    packagedApp = await smallAgent(join(folder.path, 'packaged'), '1.0.0');
    publicKeyFile = join(folder.path, 'key.pub');
    await writeFile(publicKeyFile, publicKeyPem);
    server = await webServer(await smallRelease(folder.path, '1.1.0'));
    timer = new ManualTimer();
  });
  afterEach(async () => {
    server.close();
    await folder.remove();
  });

  /** The handler as the process that runs `version` has it. */
  function handlerIn(version: string, changes: { healthy?: () => boolean; trusted?: string | undefined } = {}) {
    const signal = new AbortController().signal;
    const { healthy = () => true } = changes;
    const proved = proveRelease({ releases, version, healthy, timer, log: silentLog }, signal);
    return updateAgent({
      releases,
      publicKeyFile: 'trusted' in changes ? changes.trusted : publicKeyFile,
      version,
      quiet: async () => {},
      cameraWorks: () => true,
      proved,
    });
  }
  function call(version = '1.1.0', downgrade = false) {
    const document = JobDocument.parse({ kind: 'update', version, url: `${server.url}/`, downgrade });
    if (document.kind !== 'update') throw new Error('expected an update');
    return { jobId, document, signal: new AbortController().signal };
  }
  const launched = () =>
    chooseApp({ packagedApp, updates: { folder: releases.folder, publicKeyFile }, warn: () => {} });
  const newApp = () => join(releases.pathOf('1.1.0'), 'app');

  it('ends in the new release when that one stays healthy, and stays there', async () => {
    expect(await handlerIn('1.0.0').run(call())).toEqual({ status: 'restarting' });
    expect(await launched()).toBe(newApp());
    const done = handlerIn('1.1.0').resume?.(call(), 'restarted');
    await advanceUntil(done);
    expect(await done).toEqual({ status: 'SUCCEEDED', details: { version: '1.1.0' } });
    for (let start = 0; start < 5; start++) expect(await launched()).toBe(newApp());
  });

  it('goes back when the new release does not get well, and says so', async () => {
    await handlerIn('1.0.0').run(call());
    await launched();
    const done = handlerIn('1.1.0', { healthy: () => false }).resume?.(call(), 'restarted');
    await advanceUntil(done);
    expect(await done).toMatchObject({ status: 'FAILED' });
    expect(await launched()).toBe(packagedApp);
    expect(await handlerIn('1.0.0').resume?.(call(), 'restarted')).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining('did not stay connected'),
    });
  });

  it('goes back when the new release ends again and again', async () => {
    await handlerIn('1.0.0').run(call());
    for (let start = 0; start < 3; start++) expect(await launched()).toBe(newApp());
    expect(await launched()).toBe(packagedApp);
    expect(await handlerIn('1.0.0').resume?.(call(), 'restarted')).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining('it ended 3 times'),
    });
  });

  it('begins again when the agent was cut off while it fetched', async () => {
    expect(await handlerIn('1.0.0').resume?.(call(), 'cut-off')).toEqual({ status: 'restarting' });
    expect(await launched()).toBe(newApp());
  });

  it('that was cut off after the switch is done when the new release has proved itself, and not before', async () => {
    await handlerIn('1.0.0').run(call());
    expect(await launched()).toBe(newApp());
    const done = handlerIn('1.1.0', { healthy: () => false }).resume?.(call(), 'cut-off');
    await advanceUntil(done);
    expect(await done).toMatchObject({ status: 'FAILED', reason: expect.stringContaining('did not stay connected') });
    expect(await launched()).toBe(packagedApp);
  });

  it.each([true, false])(
    'to another one, while one is on trial that is well (%s), proves nothing of that',
    async (well) => {
      await handlerIn('1.0.0').run(call());
      expect(await launched()).toBe(newApp());
      const trial = new AbortController();
      const options = { releases, version: '1.1.0', healthy: () => well, timer, log: silentLog };
      const proved = proveRelease(options, trial.signal);
      server.close();
      server = await webServer(await smallRelease(folder.path, '1.2.0'));
      expect(await handlerIn('1.1.0').run(call('1.2.0'))).toEqual({ status: 'restarting' });
      await advanceUntil(proved);
      expect((await releases.load()).current).toBeUndefined();
      const started = [await launched(), await launched(), await launched(), await launched()];
      const tried = join(releases.pathOf('1.2.0'), 'app');
      expect(started).toEqual([tried, tried, tried, packagedApp]);
    },
  );

  it('whose key cannot be read has failed, in words', async () => {
    const done = handlerIn('1.0.0', { trusted: join(folder.path, 'nowhere.pub') }).run(call());
    await expect(done).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('nowhere.pub') });
  });

  it('to what runs is done already; to something older, or without a key, it is refused', async () => {
    expect(await handlerIn('1.1.0').run(call())).toMatchObject({ status: 'SUCCEEDED' });
    expect(await handlerIn('1.2.0').run(call())).toMatchObject({ status: 'REJECTED' });
    expect(await handlerIn('1.2.0').run(call('1.1.0', true))).toEqual({ status: 'restarting' });
    expect(await handlerIn('1.0.0', { trusted: undefined }).run(call())).toMatchObject({ status: 'REJECTED' });
  });

  it('that cannot be fetched changes nothing', async () => {
    server.close();
    await expect(handlerIn('1.0.0').run(call())).rejects.toMatchObject({ code: 'unavailable' });
    expect(await launched()).toBe(packagedApp);
  });

  async function advanceUntil(done: Promise<unknown> | undefined) {
    let over = false;
    void done?.finally(() => {
      over = true;
    });
    await eventually(() => {
      timer.advance(5_000);
      expect(over).toBe(true);
    });
  }
});
