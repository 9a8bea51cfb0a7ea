import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Heartbeat } from '@rollcall/contract/heartbeat';
import { AgentAtDoor } from './agent-at-door.ts';
import { type DoorFrames, doorFps, repeatFrames } from './door-frames.ts';
import { type Growth, growthOf, type Sample } from './growth.ts';
import { progress } from './progress.ts';

const heartbeatMs = 1_000;
/** No heartbeat for so long means that it hangs. */
const stuckMs = 120_000;

export interface MemoryRow {
  readonly gate: 'on' | 'off';
  readonly of: 'agent' | 'face process';
  readonly frames: number;
  readonly wallS: number;
  readonly passages: number;
  readonly captures: number;
  /** Messages that waited in the outbox, at most. */
  readonly mostWaiting: number;
  /** Resident bytes over frames. */
  readonly growth: Growth;
}

/** Memory of the agent over a replay of `count` frames, as fast as it takes them: it looks at each. With its face gate and without, at once. */
export async function measureMemory(frames: DoorFrames, folder: string, count: number): Promise<MemoryRow[]> {
  const dir = join(folder, 'replay');
  await repeatFrames(frames, count, dir);
  const gates = ['off', 'on'] as const;
  const bar = progress('replay, thousands of frames', Math.floor(count / 1_000) * gates.length);
  const rows = await Promise.all(
    gates.map((gate) => replay({ dir, folder: join(folder, `memory-${gate}`), count, gate, step: () => bar.step() })),
  );
  bar.done();
  return rows.flat();
}

interface Replay {
  readonly dir: string;
  readonly folder: string;
  readonly count: number;
  readonly gate: 'on' | 'off';
  /** Called for each thousand of frames. */
  readonly step: () => void;
}

async function replay({ dir, folder, count, gate, step }: Replay): Promise<MemoryRow[]> {
  await mkdir(folder);
  const startedAt = performance.now();
  const camera = `folder:${dir}?fps=${doorFps}&speed=max`;
  const door = await AgentAtDoor.start({ folder, camera, faceGate: gate, heartbeatMs });
  try {
    const faces = await untilEnded(door, count, step);
    const beats = door.heartbeats.filter(({ camera: { lastFrameAt } }) => lastFrameAt !== undefined);
    const last = beats.at(-1);
    const row = {
      gate,
      frames: count,
      wallS: (performance.now() - startedAt) / 1_000,
      passages: last?.passages ?? 0,
      captures: door.captures,
      mostWaiting: Math.max(...beats.map(({ outbox }) => outbox.items)),
    };
    const held = {
      agent: (beat: Heartbeat) => beat.residentBytes,
      'face process': (beat: Heartbeat) => faces.get(beat),
    };
    return (['agent', 'face process'] as const).flatMap((of) => {
      const samples = beats.flatMap((beat): Sample[] => {
        const value = held[of](beat);
        return value === undefined ? [] : [{ at: frameOf(beat, last, count), value }];
      });
      return samples.length > 0 ? [{ ...row, of, growth: growthOf(samples, count) }] : [];
    });
  } finally {
    await door.stop();
  }
}

/** @returns what the face process held at each heartbeat. */
async function untilEnded(door: AgentAtDoor, count: number, step: () => void): Promise<Map<Heartbeat, number>> {
  const faces = new Map<Heartbeat, number>();
  // As if all frames were filmed up to now: the last one is about that old.
  const end = Date.now();
  let [seen, seenAt, steps] = [door.heartbeats.length, performance.now(), 0];
  for (;;) {
    const beat = door.heartbeats.at(-1);
    if (beat && door.heartbeats.length > seen) {
      [seen, seenAt] = [door.heartbeats.length, performance.now()];
      const [held] = door.children();
      if (held) faces.set(beat, held.residentBytes);
      const done = count - ((end - lastFrameOf(beat)) * doorFps) / 1_000;
      for (; steps < Math.floor(Math.min(count, done) / 1_000); steps++) step();
    }
    if (beat?.camera.state === 'ended') return faces;
    if (!door.isRunning) throw new Error('the agent ended in the middle of the replay');
    if (performance.now() - seenAt > stuckMs) throw new Error('the agent says nothing any more');
    await sleep(100);
  }
}

/** How many frames there were until then. */
function frameOf(beat: Heartbeat, last: Heartbeat | undefined, count: number): number {
  return count - ((lastFrameOf(last) - lastFrameOf(beat)) * doorFps) / 1_000;
}

function lastFrameOf(beat: Heartbeat | undefined): number {
  return Date.parse(beat?.camera.lastFrameAt ?? '');
}
