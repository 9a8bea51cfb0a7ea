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
  const [stage = 0, luma = 0, look = 0, bareSharp = 0] = await cpuMs(images.length, [
    async (i) => {
      const frame = await readFrame(images[i] ?? Buffer.alloc(0), next());
      whole.look(frame.luma, frame.at);
    },
    async (i) => void jpegLuma(images[i] ?? Buffer.alloc(0)),
    async (i) => void filter.look(frames[i]?.luma ?? noLuma, next()),
    async (i) =>
      void (await sharp(images[i])
        .resize(160, 90, { fit: 'fill', kernel: 'nearest' })
        .toColourspace('b-w')
        .raw()
        .toBuffer()),
  ]);
  return { stage, luma, filter: look, sharp: bareSharp };
}

const noLuma = { width: 0, height: 0, data: new Uint8Array() };
/** Until the code is compiled, which counts for nothing in an agent that runs for months. */
const warmUpRounds = 5;
const rounds = 15;

/** CPU ms of the process, all its threads, per frame: the median of some rounds, in turn, so that each meets the same machine. */
async function cpuMs(count: number, works: readonly ((i: number) => Promise<void>)[]): Promise<number[]> {
  const times = works.map((): number[] => []);
  for (let round = 0; round < warmUpRounds + rounds; round++) {
    for (const [which, work] of works.entries()) {
      const before = process.cpuUsage();
      for (let i = 0; i < count; i++) await work(i);
      const { user, system } = process.cpuUsage(before);
      if (round >= warmUpRounds) times[which]?.push((user + system) / 1000 / count);
    }
  }
  return times.map((list) => list.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0);
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
    'conversion) do not change that. A gray stream from ffmpeg costs about as much there as it would save here, and would have to be paired',
    'with the JPEGs frame by frame: there is none.',
  ].join('\n');
}
