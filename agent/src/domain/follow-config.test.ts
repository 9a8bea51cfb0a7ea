import { AgentConfig } from '@rollcall/contract/agent-config';
import { silentLog } from '@rollcall/kit/log';
import type { JsonObject } from '@rollcall/kit/merge-patch';
import { ManualTimer } from '@rollcall/kit/timer';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../test/eventually.ts';
import { MemoryConfigFile, MemoryShadow } from '../../test/memory-config.ts';
import { ConfigFollower } from './follow-config.ts';
import type { Settings } from './settings.ts';

const local = AgentConfig.parse({
  org: 'main',
  camera: 'rtsp://door:secret@10.0.0.5/1',
  mqtt: { host: 'broker' },
  motion: { minArea: 0.01 },
});

const wholePicture = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];
const manyPoints = Array.from({ length: 32 }, (_, point) => [(100 + point) / 1_000, point % 2 ? 0.1 : 0.2]);

describe('what is set from afar', () => {
  let file: MemoryConfigFile;
  let shadow: MemoryShadow;
  let timer: ManualTimer;
  let applied: Settings[];
  let frame: number;
  /** Resolves when nobody is at the door. */
  let quiet: Promise<void>;
  const followers: ConfigFollower[] = [];

  beforeEach(() => {
    for (const follower of followers.splice(0)) follower.stop();
    file = new MemoryConfigFile();
    shadow = new MemoryShadow();
    timer = new ManualTimer();
    applied = [];
    frame = 0;
    quiet = Promise.resolve();
  });

  /** As at a start of the agent. */
  const start = async () => {
    const follower = await ConfigFollower.open({
      local,
      file,
      check: ({ camera }) => (camera === 'v4l2:bad' ? [{ path: 'camera', message: 'expected a device' }] : []),
      apply: async (settings) => {
        await quiet;
        applied.push(settings);
      },
      camera: () => ({ frame, detail: 'no route to host' }),
      timer,
      log: silentLog,
    });
    followers.push(follower);
    follower.start();
    return follower;
  };
  const online = async () => {
    const follower = await start();
    follower.follow(shadow);
    return follower;
  };
  const reported = () => shadow.document?.reported ?? {};
  const says = (what: JsonObject) => eventually(() => expect(reported()).toMatchObject(what));
  /** Time passes, second by second, as tests of a trial need it. */
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      timer.advance(1_000);
      await Promise.resolve();
    }
  };

  it('is kept, then applied, then reported with what agent.json has, without its password', async () => {
    const follower = await online();
    await says({ v: 1, revision: 0, motion: { minArea: 0.01 }, camera: 'rtsp://10.0.0.5/1' });
    shadow.want({ v: 1, revision: 4, motion: { minArea: 0.02 } });
    await says({ revision: 4, motion: { minArea: 0.02, masks: [] }, passage: { maxCaptures: 3 } });
    expect(follower.settings.motion).toEqual({ minArea: 0.02, masks: [] });
    expect(applied.map(({ motion }) => motion.minArea)).toEqual([0.02]);
    expect(file.kept).toMatchObject({ trial: { config: { revision: 4 } } });
    expect(JSON.stringify(shadow.document)).not.toContain('secret');
  });

  it.each([
    ['an unknown key', { motion: { minArea: 0.02 }, colour: 'red' }, 'colour'],
    ['an absurd value', { motion: { minArea: 40 } }, 'motion.minArea'],
    ['a value of another type', { heartbeatMs: '60000' }, 'heartbeatMs'],
    ['a later version of the document', { v: 2 }, 'v'],
    ['a secret', { camera: 'rtsp://door:secret@10.0.0.9/1' }, 'camera'],
    ['a clip', { camera: 'video:/home/pi/holiday.mp4' }, 'camera'],
    ['a camera that this device does not know', { camera: 'v4l2:bad' }, 'camera'],
    ['masks that leave nothing to watch', { motion: { masks: [wholePicture] } }, 'motion.masks'],
    ['masks that a shadow has no room for', { motion: { masks: Array.from({ length: 16 }, () => manyPoints) } }, ''],
    ['settings that contradict each other', { passage: { quietMs: 9_000, maxMs: 6_000 } }, 'passage.quietMs'],
  ])('is refused as a whole for %s, and the last good one stays', async (_, desired, path) => {
    await online();
    shadow.want({ v: 1, revision: 1, crop: false });
    await says({ revision: 1, crop: false });
    shadow.want({ v: 1, revision: 2, ...desired });
    await says({ revision: 2, crop: false, motion: { minArea: 0.01 }, problems: [{ path }] });
    expect(JSON.stringify(reported())).not.toContain('secret');
    expect(applied).toHaveLength(1);
    shadow.want({ v: 1, revision: 3, crop: false });
    await says({ revision: 3 });
    await eventually(() => expect(reported()).not.toHaveProperty('problems'));
  });

  it('is said once: a refusal, and the delta that it leaves, do not go round in circles', async () => {
    await online();
    shadow.want({ v: 1, colour: 'red' });
    await says({ problems: [{ path: 'colour' }] });
    const { length } = shadow.reports;
    for (let i = 0; i < 5; i++) shadow.knock();
    await pass(5);
    expect(shadow.reports).toHaveLength(length);
  });

  it('is said to be wrong also where what is wanted leaves room for little else', async () => {
    await online();
    shadow.want({ v: 1, revision: 1, crop: false });
    await says({ revision: 1, crop: false });
    const keys = Array.from({ length: 8 }, (_, key) => [`${key}${'x'.repeat(830)}`, 1]);
    shadow.want({ v: 1, revision: 2, ...Object.fromEntries(keys) });
    await says({ revision: 2, problems: [{ message: 'there is no such setting' }] });
    shadow.want({ v: 1, revision: 3, crop: false });
    await says({ revision: 3, crop: false, motion: { minArea: 0.01 } });
    expect(applied.map(({ crop }) => crop)).toEqual([false, false]);
  });

  it('is applied once, however often and in whatever order its deltas come', async () => {
    await online();
    shadow.want({ v: 1, revision: 1, crop: false });
    await says({ crop: false });
    for (let i = 0; i < 5; i++) shadow.knock();
    await pass(5);
    expect(applied).toHaveLength(1);
  });

  it('goes back to agent.json key by key, and as a whole when the shadow is deleted', async () => {
    await online();
    shadow.want({ v: 1, revision: 1, crop: false, logLevel: 'debug' });
    await says({ crop: false, logLevel: 'debug' });
    shadow.want({ v: 1, revision: 2, logLevel: 'debug' });
    await says({ crop: true, logLevel: 'debug', revision: 2 });
    shadow.want(undefined);
    await says({ crop: true, logLevel: 'info', revision: 0 });
    expect(applied.at(-1)).toMatchObject({ crop: true, logLevel: 'info' });
  });

  it('waits for the end of a passage, and is not reported before', async () => {
    const passage = Promise.withResolvers<void>();
    quiet = passage.promise;
    await online();
    shadow.want({ v: 1, revision: 1, crop: false });
    await eventually(() => expect(file.kept).toMatchObject({ trial: { config: { crop: false } } }));
    expect(applied).toEqual([]);
    expect(reported()).not.toMatchObject({ crop: false });
    passage.resolve();
    await says({ crop: false, revision: 1 });
  });

  it('counts from the next start on, with nobody to ask, even if the agent was killed before it said so', async () => {
    shadow.isAway = true;
    file.kept = { v: 1, good: { v: 1, revision: 1 }, trial: { config: { v: 1, revision: 2, crop: false }, starts: 0 } };
    const follower = await online();
    expect(follower.settings.crop).toBe(false);
    shadow.isAway = false;
    shadow.want({ v: 1, revision: 2, crop: false });
    await says({ crop: false, revision: 2 });
    expect(applied).toEqual([]);
  });

  it('is asked for again when nobody answers', async () => {
    shadow.isAway = true;
    await online();
    shadow.document = { desired: { v: 1, revision: 1, crop: false } };
    await pass(3);
    shadow.isAway = false;
    await vi.waitFor(async () => {
      await pass(10);
      expect(reported()).toMatchObject({ crop: false });
    });
  });

  it('is good after half a minute, and not tried again', async () => {
    await online();
    shadow.want({ v: 1, revision: 1, crop: false });
    await says({ crop: false });
    await pass(29);
    expect(file.kept?.trial).toBeDefined();
    await pass(2);
    await eventually(() => expect(file.kept).toEqual({ v: 1, good: { v: 1, revision: 1, crop: false } }));
  });

  it('is taken back when another camera gives no frame for three minutes, and not tried again until it is wanted anew', async () => {
    const follower = await online();
    shadow.want({ v: 1, revision: 1, camera: 'rtsp://10.0.0.9/1', crop: false });
    await says({ camera: 'rtsp://10.0.0.9/1' });
    await pass(179);
    expect(reported()).not.toHaveProperty('problems');
    await pass(2);
    await says({ camera: 'rtsp://10.0.0.5/1', crop: true, revision: 1, problems: [{ path: 'camera' }] });
    expect(JSON.stringify(reported()['problems'])).toContain('no route to host');
    expect(applied.at(-1)?.camera).toBe('rtsp://door:secret@10.0.0.5/1');
    follower.stop();
    const again = await online();
    await pass(5);
    expect(again.settings.camera).toBe('rtsp://door:secret@10.0.0.5/1');
    shadow.want({ v: 1, revision: 2, camera: 'rtsp://10.0.0.9/1' });
    await says({ camera: 'rtsp://10.0.0.9/1', revision: 2 });
    frame++;
    await pass(31);
    await eventually(() => expect(file.kept?.trial).toBeUndefined());
  });

  it('takes the login of agent.json along to the same host, and to no other', async () => {
    await online();
    shadow.want({ v: 1, revision: 1, camera: 'rtsp://10.0.0.5/2' });
    await says({ camera: 'rtsp://10.0.0.5/2' });
    expect(applied.at(-1)?.camera).toBe('rtsp://door:secret@10.0.0.5/2');
    shadow.want({ v: 1, revision: 2, camera: 'rtsp://10.0.0.50/2' });
    await says({ camera: 'rtsp://10.0.0.50/2' });
    expect(applied.at(-1)?.camera).toBe('rtsp://10.0.0.50/2');
    shadow.want({ v: 1, revision: 3, camera: 'rtsps://10.0.0.5/2' });
    await says({ camera: 'rtsps://10.0.0.5/2' });
    expect(applied.at(-1)?.camera).toBe('rtsps://10.0.0.5/2');
  });

  it('is taken back when the agent ends three times with it', async () => {
    file.kept = {
      v: 1,
      good: { v: 1, revision: 1 },
      trial: { config: { v: 1, revision: 2, faceGate: 'on' }, starts: 0 },
    };
    for (let i = 0; i < 3; i++) expect((await start()).settings.faceGate).toBe('on');
    const follower = await start();
    expect(follower.settings.faceGate).toBe('auto');
    shadow.document = { desired: { v: 1, revision: 2, faceGate: 'on' } };
    follower.follow(shadow);
    await says({ faceGate: 'auto', revision: 2, problems: [{ path: '' }] });
  });

  it('may be stopped as often as anybody likes while it is on trial', async () => {
    file.kept = { v: 1, good: { v: 1, revision: 1 }, trial: { config: { v: 1, revision: 2, crop: false }, starts: 0 } };
    for (let i = 0; i < 5; i++) {
      const follower = await start();
      expect(follower.settings.crop).toBe(false);
      follower.stop();
      await follower.ended();
    }
  });

  it('is refused while the disk does not take it: it would be gone after the next start', async () => {
    await online();
    file.isFull = true;
    shadow.want({ v: 1, revision: 1, crop: false });
    await says({ crop: true, problems: [{ message: expect.stringContaining('ENOSPC') }] });
    file.isFull = false;
    shadow.knock();
    await says({ crop: false });
  });

  it('does not keep an agent from its door when what was kept fits no more', async () => {
    file.kept = { v: 1, good: { v: 1, revision: 1, camera: 'v4l2:bad' } };
    expect((await start()).settings.camera).toBe(local.camera);
  });
});
