import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readFrame } from '@rollcall/agent/cameras/read-frame';
import type { FaceGate } from '@rollcall/agent/domain/face-gate';
import { doorwayOf } from '@rollcall/agent/domain/measure-looks';
import { WorkerFaceFinder } from '@rollcall/agent/faces/worker-face-finder';
import { prepareDemo } from '@rollcall/cloud/demo/prepare-demo';
import { silentLog } from '@rollcall/kit/log';
import type { Benchmark } from './benchmark.ts';
import { doorPictures } from './door-pictures.ts';
import { fixturesDir } from './fixtures.ts';
import { patientGate, watchClip } from './gated-clip.ts';
import { median } from './median.ts';
import { childrenOf, usageOf } from './process-usage.ts';

/** What the agent's face gate holds back, what it lets pass, and what it costs. */
export const gate: Benchmark = {
  name: 'gate',
  summary: 'Passages and captures of door clips with the face gate and without it, and what a look for faces costs.',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-gate-'));
    try {
      const cost = await measureCost(folder);
      const { clip } = await prepareDemo({ dataDir: folder, log: silentLog });
      const faces = await patientGate(folder);
      const clips: ClipResult[] = [];
      for (const file of [...fixtureClips(), clip]) {
        const name = file === clip ? 'the demo’s door clip' : basename(file);
        clips.push({ name, without: await count(file), gated: await count(file, faces) });
      }
      await faces.stop();
      return { markdown: table(clips, cost), json: { clips, cost } };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Counts {
  readonly passages: number;
  /** Passages with a capture at least. */
  readonly shown: number;
  readonly captures: number;
  /** Captures with a face by which somebody can be recognized, as far as the agent can tell. */
  readonly usable: number;
}

interface ClipResult {
  readonly name: string;
  readonly without: Counts;
  readonly gated: Counts;
}

interface Cost {
  readonly frame: string;
  readonly lookMs: number;
  readonly cpuMs: number;
  readonly residentBytes: number;
}

function fixtureClips(): string[] {
  const dir = `${fixturesDir}/videos`;
  if (!existsSync(dir)) return [];
  const clips = readdirSync(dir).filter((name) => /\.(mp4|gif)$/.test(name));
  return clips.sort().map((name) => `${dir}/${name}`);
}

async function count(clip: string, faces?: FaceGate): Promise<Counts> {
  const counts = { passages: 0, shown: 0, captures: 0, usable: 0 };
  for await (const event of watchClip(clip, { gate: faces })) {
    if (event.kind === 'capture') {
      counts.captures++;
      if (event.faces?.[0]?.usable) counts.usable++;
    } else {
      counts.passages++;
      if (event.message.captures.length > 0) counts.shown++;
    }
  }
  return counts;
}

const rounds = 4;

/** Looks at the frames of the demo, as the gate does at its start: what its process takes. */
async function measureCost(folder: string): Promise<Cost> {
  const frames = await Promise.all((await doorPictures()).map((image, i) => readFrame(image, i)));
  const [frame] = frames;
  if (!frame) throw new Error('the demo clip has no frames');
  const before = new Set(childrenOf(process.pid));
  const finder = new WorkerFaceFinder({ cacheDir: join(folder, 'models'), log: silentLog });
  await finder.start();
  const finding = () => usageOf(childrenOf(process.pid).find((pid) => !before.has(pid)));
  const look = async () => {
    for (const one of frames) await finder.find(one.image, { within: doorwayOf(one) });
  };
  await look();
  const times: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    const usedMs = finding()?.cpuMs ?? 0;
    await look();
    const nowMs = finding()?.cpuMs ?? 0;
    times.push((performance.now() - startedAt) / frames.length);
    cpu.push((nowMs - usedMs) / frames.length);
  }
  const residentBytes = finding()?.residentBytes ?? 0;
  await finder.stop();
  return { frame: `${frame.width} × ${frame.height}`, lookMs: median(times), cpuMs: median(cpu), residentBytes };
}

function table(clips: readonly ClipResult[], cost: Cost): string {
  const rows = clips.map(({ name, without, gated }) => {
    const cells = [name, without.passages, without.captures, gated.passages, gated.captures, gated.shown, gated.usable];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| clip | passages | captures | passages, gated | captures, gated | passages with one | captures with a usable face |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    'Every frame that the door asks about is looked at here, however long it takes; at a door the latest one wins. In one-by-one everybody shows',
    'their back or a profile, in car-detection nobody walks, in people-detection nobody shows a face, in head-pose nobody moves from the spot. The',
    'faces in face-demographics are 15 to 24 pixels wide: too small to recognize anybody by, so one capture of them is published at the end.',
    '',
    '| a look at a doorway | |',
    '|---|---|',
    `| frame | ${cost.frame} |`,
    `| time, in a process of its own | ${cost.lookMs.toFixed(1)} ms |`,
    `| CPU of that process | ${cost.cpuMs.toFixed(1)} ms |`,
    `| its memory, models and all; the agent’s own does not grow | ${Math.round(cost.residentBytes / 1e6)} MB |`,
    '',
    'While somebody walks the door looks at most every 140 ms, while they stand every 500 ms, and never between passages. On a Raspberry Pi this',
    'was not measured: the agent measures it at its start, and leaves the gate off where the quickest of its looks takes more than 250 ms.',
  ].join('\n');
}
