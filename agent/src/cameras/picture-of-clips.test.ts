import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { fixtures } from '../../test/fixtures.ts';
import { PictureHealth } from '../domain/picture-health.ts';
import type { Frame } from '../ports/frame.ts';
import { openCamera } from './open-camera.ts';
import { readFrame } from './read-frame.ts';

const folder = join(fixtures, 'videos');
const clips = existsSync(folder) ? (await readdir(folder)).filter((name) => /\.(mp4|gif)$/.test(name)).sort() : [];
const parts = { clock: systemClock, timer: systemTimer, log: silentLog };
/** Long enough for every state to be raised. */
const leastMs = 180_000;

interface Clip {
  /** Of every frame. */
  readonly lumas: readonly Pick<Frame, 'luma' | 'at'>[];
  /** Some that are spread over it. */
  readonly pictures: readonly Frame[];
}

const read = new Map<string, Promise<Clip>>();

function clipOf(name: string): Promise<Clip> {
  const clip = read.get(name) ?? readClip(name);
  read.set(name, clip);
  return clip;
}

async function readClip(name: string): Promise<Clip> {
  const all: Frame[] = [];
  for await (const frame of openCamera(`video:${join(folder, name)}?speed=max`, parts).frames()) all.push(frame);
  const every = Math.max(1, Math.floor(all.length / 8));
  return { lumas: all.map(({ luma, at }) => ({ luma, at })), pictures: all.filter((_, i) => i % every === 0) };
}

/** What is said when the clip goes on for 100 s and then, changed, for 200 s. */
async function afterwards(name: string, how: (picture: Sharp) => Sharp): Promise<string | undefined> {
  const { pictures } = await clipOf(name);
  const changed: Frame[] = [];
  for (const frame of pictures) {
    const { width, height } = frame;
    const picture = await how(sharp(frame.image)).raw().toBuffer({ resolveWithObject: true });
    // Noise, as a sensor has it.
    const noise = { type: 'gaussian' as const, mean: 6, sigma: 3 };
    const dust = await sharp({ create: { width, height, channels: 3, background: '#000', noise } })
      .raw()
      .toBuffer();
    const noisy = picture.data.map((level, i) => Math.min(255, level + (dust[i] ?? 0)));
    const jpeg = await sharp(noisy, { raw: picture.info }).jpeg({ quality: 85 }).toBuffer();
    changed.push(await readFrame(jpeg, frame.at));
  }
  const health = new PictureHealth();
  const look = (list: readonly Frame[], second: number) => {
    const frame = list[second % list.length];
    if (frame) health.look(frame.luma, second * 1_000);
  };
  for (let second = 0; second < 100; second++) look(pictures, second);
  expect(health.state).toBe('ok');
  for (let second = 100; second < 300; second++) look(changed, second);
  return health.state;
}

describe.skipIf(clips.length === 0)(
  `the picture of real clips${clips.length ? '' : ` (skipped: no ${folder})`}`,
  () => {
    it.each(clips)('%s is ok from its beginning to its end, round and round', async (clip) => {
      const { lumas } = await clipOf(clip);
      const health = new PictureHealth();
      const states = new Set<string | undefined>();
      const beganAt = lumas[0]?.at ?? 0;
      const spanMs = (lumas.at(-1)?.at ?? 0) - beganAt + 100;
      for (let begin = 0; begin < leastMs; begin += spanMs) {
        for (const { luma, at } of lumas) {
          health.look(luma, begin + at - beganAt);
          states.add(health.state);
        }
      }
      expect([...states]).toEqual([undefined, 'ok']);
    });

    it.each(clips)('%s is dark when its light goes off', async (clip) => {
      expect(await afterwards(clip, (picture) => picture.linear(0.06, 0))).toBe('dark');
    });

    it.each(clips)('%s is still ok in a third of its light', async (clip) => {
      expect(await afterwards(clip, (picture) => picture.linear(0.35, 0))).toBe('ok');
    });

    it.each(clips)('%s is covered when something gray lies on the lens', async (clip) => {
      expect(await afterwards(clip, (picture) => picture.blur(60).linear(0.08, 70))).toBe('covered');
    });

    it.each(clips)('%s is defocused when the lens is', async (clip) => {
      expect(await afterwards(clip, (picture) => picture.blur(16))).toBe('defocused');
    });

    it.each(clips)('%s is frozen when one of its pictures comes again and again', async (clip) => {
      const [frame] = (await clipOf(clip)).pictures;
      const health = new PictureHealth();
      for (let second = 0; second < 60; second++) if (frame) health.look(frame.luma, second * 1_000);
      expect(health.state).toBe('frozen');
    });
  },
);
