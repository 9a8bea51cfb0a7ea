import { rmSync } from 'node:fs';
import { jpegLuma } from '@rollcall/agent/cameras/jpeg-luma';
import { readFrame } from '@rollcall/agent/cameras/read-frame';
import { MotionFilter } from '@rollcall/agent/domain/motion';
import type { Frame } from '@rollcall/agent/ports/frame';
import sharp from 'sharp';
import type { Benchmark } from './benchmark.ts';
import { clipFps, motionClip } from './motion-clip.ts';
import { type Measured, measurePeers, type PeerResults } from './motion-peers.ts';

/** What the motion stage may cost, ms: issue 2. */
const aimMs = 1.1;

/** CPU per frame of the motion stage, JPEG in to moved area out, at 720p, beside what others need for the same frames. */
export const motion: Benchmark = {
  name: 'motion',
  summary: 'CPU time per 720p frame of the motion stage, JPEG in to moved area out, on one core, beside its peers.',
  async run() {
    sharp.cache(false);
    sharp.concurrency(1);
    const clip = motionClip();
    try {
      const { frames } = clip;
      const bytes = frames.reduce((sum, frame) => sum + frame.length, 0) / frames.length;
      const ours = await measureOurs(frames);
      const peers = await measurePeers(clip);
      return {
        json: { unit: 'ms CPU per frame', aimMs, frames: frames.length, meanBytes: Math.round(bytes), ...ours, peers },
        markdown: table(ours, peers, `${frames.length} frames of ${Math.round(bytes / 1000)} KB, ${clip.source}`),
      };
    } finally {
      rmSync(clip.dir, { recursive: true, force: true });
    }
  },
};

interface Ours {
  readonly stage: number;
  readonly luma: number;
  readonly filter: number;
  readonly sharp: number;
}

async function measureOurs(images: readonly Buffer[]): Promise<Ours> {
  const frames: Frame[] = [];
  for (const [i, image] of images.entries()) frames.push(await readFrame(image, (i * 1000) / clipFps));
  const options = { masks: [], minArea: 0.008, stillMs: 60_000 };
  const filter = new MotionFilter(options);
  const whole = new MotionFilter(options);
  let at = 0;
  const next = () => (at += 1000 / clipFps);
  return {
    stage: await cpuMs(images, async (image) => {
      const frame = await readFrame(image, next());
      return whole.look(frame.luma, frame.at);
    }),
    luma: await cpuMs(images, (image) => jpegLuma(image)),
    filter: await cpuMs(frames, (frame) => filter.look(frame.luma, next())),
    sharp: await cpuMs(images, (image) =>
      sharp(image).resize(160, 90, { fit: 'fill', kernel: 'nearest' }).toColourspace('b-w').raw().toBuffer(),
    ),
  };
}

const rounds = 9;

/** CPU ms of the process, all its threads, per item: the median of some rounds after one that does not count. */
async function cpuMs<T>(items: readonly T[], work: (item: T) => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const before = process.cpuUsage();
    for (const item of items) await work(item);
    const { user, system } = process.cpuUsage(before);
    if (round > 0) times.push((user + system) / 1000 / items.length);
  }
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
}

function table(ours: Ours, peers: PeerResults, input: string): string {
  const rows: [string, Measured][] = [
    ['**the motion stage: JPEG in, moved area out**', ours.stage],
    ['of it: luma from the DC coefficients (`jpeg-luma.ts`)', ours.luma],
    ['of it: the filter (`motion.ts`)', ours.filter],
    ['the limit: libjpeg-turbo 1/8 gray decode alone (OpenCV `IMREAD_REDUCED_GRAYSCALE_8`)', peers.decode],
    ['the same and MOG2 (OpenCV)', peers.decodeAndMog2],
    ['cheapest bare sharp call: `resize(160, 90, { fit: fill, kernel: nearest })`, b-w, raw; no filter', ours.sharp],
    ['a small gray stream from ffmpeg beside the JPEGs: its cost in ffmpeg; no filter', peers.ffmpegLuma],
    ['all of the Motion daemon, from Motion-JPEG', peers.motion],
  ];
  return [
    `${input}. Aim: ${aimMs} ms.`,
    '',
    '| what | ms CPU per frame |',
    '|---|---|',
    ...rows.map(([name, ms]) => `| ${name} | ${typeof ms === 'number' ? ms.toFixed(2) : ms} |`),
    '',
    'sharp spends most of its time on setting up its pipeline; its options (sequential read, no pixel limit, channel extraction, no color',
    'conversion) do not change that. A gray stream from ffmpeg would save a part of the luma’s time, at the price of pairing two streams frame',
    'by frame; cameras without ffmpeg would not have it. The stage is under its aim without.',
  ].join('\n');
}
