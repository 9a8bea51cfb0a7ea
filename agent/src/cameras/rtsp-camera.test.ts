import { readdir, readFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { Denied, Unavailable } from '@rollcall/kit/app-error';
import { systemClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasRtspServer, RtspServer, rtspServerMissing } from '../../test/rtsp-server.ts';
import type { Camera } from '../ports/camera.ts';
import { openCamera } from './open-camera.ts';

const parts = { clock: systemClock, timer: systemTimer, log: silentLog };
const runs = hasRtspServer && spawnSync('ffmpeg', ['-version']).status === 0;

/** The command lines of what this process started, as anybody on the machine sees them. */
async function commandLines(): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes('ffmpeg')).map((line) => line.replaceAll('\0', ' '));
}

async function failureOf(url: string): Promise<unknown> {
  const frames = openCamera(url, parts).frames()[Symbol.asyncIterator]();
  try {
    for (;;) if ((await frames.next()).done) return undefined;
  } catch (error) {
    return error;
  }
}

describe.skipIf(!runs)(`a camera on the network${runs ? '' : ` (skipped: ${rtspServerMissing})`}`, () => {
  let server: RtspServer;
  let camera: Camera;
  beforeEach(async () => {
    server = await RtspServer.start();
    camera = openCamera(server.url(), parts);
  });
  afterEach(async () => {
    await camera.stop();
    await server.kill();
  });

  it('gives its frames, 15 a second at most, and nobody reads its password from the list of processes', async () => {
    const startedAt: number[] = [];
    for await (const frame of camera.frames()) {
      startedAt.push(frame.at);
      expect(frame).toMatchObject({ width: 640, height: 360 });
      if (startedAt.length === 30) break;
      if (startedAt.length !== 10) continue;
      const lines = await commandLines();
      expect(lines.some((line) => line.includes('concat'))).toBe(true);
      expect(lines.filter((line) => line.includes(RtspServer.password) || line.includes('rtsp://'))).toEqual([]);
    }
    // The first may come in a burst.
    const ms = (startedAt.at(-1) ?? 0) - (startedAt[10] ?? 0);
    expect(19_000 / ms).toBeLessThan(16.5);
    expect(19_000 / ms).toBeGreaterThan(8);
  });

  it('gives the latest frame to a slow reader', async () => {
    let count = 0;
    for await (const frame of camera.frames()) {
      expect(Date.now() - frame.at).toBeLessThan(400);
      if (++count === 5) break;
      await wait(700);
    }
  });

  it('that refuses the password says so, without it', async () => {
    for (const password of ['wr0ng-secret', '']) {
      const error = await failureOf(server.url(password));
      expect(error).toBeInstanceOf(Denied);
      expect(String(error)).toMatch(/127\.0\.0\.1:\d+ refuses the user name or the password \(401\)/);
      expect(String(error)).not.toContain('wr0ng');
    }
  });

  it('that hangs gives no picture of before when ffmpeg gives up, which would pass for a camera that is back', async () => {
    const late: number[] = [];
    let hungAt = Number.POSITIVE_INFINITY;
    const reading = (async () => {
      for await (const { at } of camera.frames()) if (at > hungAt + 3_000) late.push(at - hungAt);
    })().catch(() => {});
    await vi.waitFor(() => expect(camera.status().lastFrameAt).toBeDefined());
    server.hang();
    hungAt = Date.now();
    await wait(12_000);
    await camera.stop();
    await reading;
    expect(late).toEqual([]);
  });

  it('whose plug is pulled has failed, and what is not there refuses', async () => {
    const frames = camera.frames()[Symbol.asyncIterator]();
    expect((await frames.next()).done).toBe(false);
    await server.kill();
    const drained = (async () => {
      while (!(await frames.next()).done);
    })();
    await expect(drained).rejects.toThrow(Unavailable);
    expect(camera.status().state).toBe('failed');
    expect(String(await failureOf(server.url()))).toContain('refuses the connection');
  });
});
