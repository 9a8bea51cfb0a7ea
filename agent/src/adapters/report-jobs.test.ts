import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import { randomBytes } from 'node:crypto';
import { CheckReport } from '@rollcall/contract/check-report';
import { JobId } from '@rollcall/contract/device-job';
import { ReportMessage } from '@rollcall/contract/report';
import { maxPayloadBytes } from '@rollcall/contract/topics';
import { ManualClock } from '@rollcall/kit/clock';
import { ManualTimer, systemTimer } from '@rollcall/kit/timer';
import { monotonicFactory, ulid } from 'ulid';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryOutbox } from '../../test/memory-outbox.ts';
import { foundFace, ScriptedFaceFinder } from '../../test/scripted-face-finder.ts';
import { halfLuma } from './half-luma.ts';
import { sharpEncoder } from './sharp-encoder.ts';
import type { Frame } from '../ports/frame.ts';
import { checkJob } from '../domain/check-job.ts';
import { logsJob } from '../domain/logs-job.ts';
import { snapshotJob } from '../domain/snapshot-job.ts';
import sharp from 'sharp';

const signal = new AbortController().signal;

let outbox: MemoryOutbox;
let clock: ManualClock;
const newId = monotonicFactory();
beforeEach(() => {
  outbox = new MemoryOutbox();
  clock = new ManualClock();
});

const reports = () => ({ outbox, clock, newId: () => newId() });
const sent = async () => {
  const [item] = [...outbox.items()];
  const payload = item && (await outbox.read(item));
  expect(item?.kind).toBe('report');
  expect(payload?.length).toBeLessThanOrEqual(maxPayloadBytes);
  return ReportMessage.parse(JSON.parse(Buffer.from(payload ?? []).toString()));
};
const idOf = (kind: string) => JobId.parse(`${ulid()}-${kind}`);

const logs = (lines: string[]) =>
  logsJob({
    ...reports(),
    ownLog: { tail: (count) => Promise.resolve(lines.slice(-count)) },
    pack: promisify(gzip),
  });

const frameOf = async (width: number, height: number): Promise<Frame> => {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const picture = sharp({ create: { width, height, channels: 3, background: 'gray', noise } });
  const image = await picture.jpeg({ quality: 95 }).toBuffer();
  return { at: clock.now(), image, width, height, luma: { width: 1, height: 1, data: new Uint8Array(1) } };
};

/** Time goes as fast as the job waits. */
class EagerTimer extends ManualTimer {
  override after(ms: number, run: () => void): () => void {
    const cancel = super.after(ms, run);
    queueMicrotask(() => this.advance(ms));
    return cancel;
  }
}

const snapshot = (frame: Frame | undefined, lastFrame = () => frame, timer = new EagerTimer()) =>
  snapshotJob({ ...reports(), encoder: sharpEncoder, lastFrame, timer }).run({
    jobId: idOf('snapshot'),
    document: { kind: 'snapshot' },
    signal,
  });

describe('what the job logs sends', () => {
  it('is its last lines, packed', async () => {
    const jobId = idOf('logs');
    const outcome = await logs(['a', 'b', 'c']).run({ jobId, document: { kind: 'logs', lines: 2 }, signal });
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', details: { lines: '2' } });
    const report = await sent();
    expect(report).toMatchObject({ jobId, kind: 'logs', contentType: 'application/x-ndjson', encoding: 'gzip' });
    expect(gunzipSync(Buffer.from(report.body, 'base64')).toString()).toBe('b\nc\n');
  });

  it('is fewer lines when so many do not fit a message', async () => {
    const noise = Array.from({ length: 400 }, () => randomBytes(600).toString('base64'));
    const outcome = await logs(noise).run({ jobId: idOf('logs'), document: { kind: 'logs', lines: 400 }, signal });
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', details: { lines: '100' } });
    const lines = gunzipSync(Buffer.from((await sent()).body, 'base64'))
      .toString()
      .trimEnd()
      .split('\n');
    expect(lines).toEqual(noise.slice(-100));
  });
});

describe('what the job snapshot sends', () => {
  it('is the whole picture, as large as a message takes it', async () => {
    const frame = await frameOf(1280, 720);
    expect(frame.image.length).toBeGreaterThan(maxPayloadBytes);
    expect(await snapshot(frame)).toMatchObject({ status: 'SUCCEEDED' });
    const { width, height, format } = await sharp(Buffer.from((await sent()).body, 'base64')).metadata();
    expect(format).toBe('jpeg');
    expect(width / height).toBeCloseTo(16 / 9, 1);
    expect(width).toBeGreaterThan(300);
  });

  it('is none when there is none, or none of now', async () => {
    expect(await snapshot(undefined)).toMatchObject({
      status: 'FAILED',
      reason: 'the camera has given no picture yet',
    });
    const frame = await frameOf(64, 64);
    clock.advance(40_000);
    expect(await snapshot(frame)).toEqual({
      status: 'FAILED',
      reason: 'the camera has given no picture for 40 s',
    });
    expect(outbox.state().items).toBe(0);
  });

  it('is the first that comes, for a camera that is just starting', async () => {
    const frame = await frameOf(64, 64);
    const timer = new EagerTimer();
    const starting = () => (timer.now() < 5_000 ? undefined : frame);
    expect(await snapshot(undefined, starting, timer)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('is lost when the outbox has no room for it, and that is said', async () => {
    outbox.put = () => Promise.resolve('dropped');
    expect(await snapshot(await frameOf(64, 64))).toMatchObject({ status: 'FAILED' });
  });
});

describe('what the job check sends', () => {
  it('fits a message, however much there is to say, with a picture in which faces show', async () => {
    const first = await frameOf(1280, 720);
    const finder = new ScriptedFaceFinder();
    const bad = {
      pose: { yaw: 70, pitch: -55, roll: 0 },
      quality: { sharpness: 1, brightness: 3 },
      measures: { eyePixels: 4, black: 60, white: 40 },
      confidence: 20,
    };
    finder.answer = async () => Array.from({ length: 24 }, () => foundFace(30, bad));
    let now = 0;
    const job = checkJob({
      ...reports(),
      finder: () => finder,
      encoder: sharpEncoder,
      halfLuma,
      lastFrame: () => ({ ...first, at: ++now }),
      picture: () => 'defocused',
      isBusy: () => true,
      crop: () => false,
      // Time that goes by with each look.
      timer: { now: () => (now += 500), after: (_ms, act) => systemTimer.after(0, act) },
    });
    const outcome = await job.run({ jobId: idOf('check'), document: { kind: 'check', seconds: 3 }, signal });
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', details: { fit: 'no' } });
    const report = CheckReport.parse(JSON.parse(Buffer.from((await sent()).body, 'base64').toString()));
    expect(report.faces).toHaveLength(40);
    const still = await sharp(Buffer.from(report.still.image, 'base64')).metadata();
    expect(still).toMatchObject({ width: report.still.width, height: report.still.height });
    expect(still.width).toBeGreaterThan(300);
  });
});
