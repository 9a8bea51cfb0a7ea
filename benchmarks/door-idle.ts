import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentConfig } from '@rollcall/contract/agent-config';
import { AgentAtDoor } from './agent-at-door.ts';
import { type DoorFrames, doorFps } from './door-frames.ts';
import { median } from './median.ts';
import { progress } from './progress.ts';

/** What is to be left of one core, as a fraction. */
export const aimIdle = 0.7;

/** Until code is compiled and the first passage was sent: an agent runs for months. */
const warmUpMs = 20_000;
/** The frame rate that a heartbeat tells is that of the last 5 s, so these make one row. */
const heartbeatMs = 5_000;

interface Setup {
  readonly name: string;
  readonly camera: 'folder' | 'video';
  readonly faceGate: AgentConfig['faceGate'];
  readonly cores: 'one' | 'all';
}

const setups: readonly Setup[] = [
  { name: 'JPEGs, gate off', camera: 'folder', faceGate: 'off', cores: 'one' },
  { name: 'JPEGs, gate `auto`', camera: 'folder', faceGate: 'auto', cores: 'one' },
  { name: 'JPEGs, gate `on`', camera: 'folder', faceGate: 'on', cores: 'one' },
  { name: 'JPEGs, gate `auto`', camera: 'folder', faceGate: 'auto', cores: 'all' },
  { name: 'H.264 through ffmpeg, gate off', camera: 'video', faceGate: 'off', cores: 'one' },
];

export interface IdleRow {
  readonly name: string;
  readonly cores: 'one' | 'all';
  readonly gate: string;
  /** Fractions of one core. */
  readonly agent: number;
  readonly faces: number;
  readonly ffmpeg: number;
  readonly idle: number;
  readonly framesPerSecond: number;
  readonly lowestFramesPerSecond: number;
  readonly passages: number;
  readonly captures: number;
  /** Megabytes, median: the agent, and with what it started. */
  readonly agentMb: number;
  readonly allMb: number;
}

/** What a core has left beside the agent, at the camera’s own pace. */
export async function measureIdle(frames: DoorFrames, folder: string, minutes: number): Promise<IdleRow[]> {
  const rows: IdleRow[] = [];
  for (const [index, setup] of setups.entries()) {
    rows.push(await measure(setup, frames, join(folder, `idle-${index}`), minutes * 60_000));
  }
  return rows;
}

async function measure(setup: Setup, frames: DoorFrames, folder: string, ms: number): Promise<IdleRow> {
  const { camera, faceGate, cores } = setup;
  await mkdir(folder);
  const door = await AgentAtDoor.start({
    folder,
    camera: camera === 'folder' ? `folder:${frames.dir}?fps=${doorFps}&loop=1` : `video:${frames.video}?loop=1`,
    faceGate,
    heartbeatMs,
    core: cores === 'one' ? availableParallelism() - 1 : undefined,
  });
  try {
    await sleep(warmUpMs);
    return { ...setup, ...(await watch(door, ms, `${setup.name}, ${cores} core`)) };
  } finally {
    await door.stop();
  }
}

async function watch(door: AgentAtDoor, ms: number, what: string): Promise<Omit<IdleRow, 'name' | 'cores'>> {
  const bar = progress(what, Math.ceil(ms / 1_000));
  const from = door.heartbeats.length;
  const [first, captures, cpu] = [door.heartbeats.at(-1), door.captures, cpuOf(door)];
  const startedAt = performance.now();
  const [agentMb, allMb]: [number[], number[]] = [[], []];
  while (performance.now() - startedAt < ms) {
    await sleep(1_000);
    const own = door.agent().residentBytes;
    agentMb.push(own / 1e6);
    allMb.push((own + door.children().reduce((sum, one) => sum + one.residentBytes, 0)) / 1e6);
    bar.step();
  }
  const wallMs = performance.now() - startedAt;
  const after = cpuOf(door);
  bar.done();
  const part = (key: keyof Cpu) => (after[key] - cpu[key]) / wallMs;
  const rates = door.heartbeats.slice(from).map(({ camera }) => camera.framesPerSecond);
  const last = door.heartbeats.at(-1);
  return {
    gate: last?.faceGate?.state ?? 'off',
    agent: part('agent'),
    faces: part('faces'),
    ffmpeg: part('ffmpeg'),
    idle: 1 - part('agent') - part('faces') - part('ffmpeg'),
    framesPerSecond: rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
    lowestFramesPerSecond: Math.min(...rates),
    passages: (last?.passages ?? 0) - (first?.passages ?? 0),
    captures: door.captures - captures,
    agentMb: median(agentMb),
    allMb: median(allMb),
  };
}

interface Cpu {
  readonly agent: number;
  readonly faces: number;
  readonly ffmpeg: number;
}

/** ms so far. */
function cpuOf(door: AgentAtDoor): Cpu {
  const children = door.children();
  const sum = (isOne: (name: string) => boolean) =>
    children.filter(({ name }) => isOne(name)).reduce((total, { cpuMs }) => total + cpuMs, 0);
  return {
    agent: door.agent().cpuMs,
    ffmpeg: sum((name) => name === 'ffmpeg'),
    faces: sum((name) => name !== 'ffmpeg'),
  };
}
