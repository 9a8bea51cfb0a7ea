import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Misconfigured } from '@rollcall/kit/app-error';
import type { Benchmark } from './benchmark.ts';
import { doorFps, doorFrames } from './door-frames.ts';
import { measureIdle } from './door-idle.ts';
import { measureMemory } from './door-memory.ts';
import { measurePeersAtDoor } from './door-peers.ts';
import { idleTable, memoryTable, peerTable } from './door-report.ts';

/** What the aim is about: two hours. */
const replayFrames = 7_200 * doorFps;
const enoughMinutes = 3;

const parts = ['idle', 'memory', 'peers'] as const;

/** The whole agent at a door: what it leaves of a core, whether its memory grows, and what others make of the same frames. */
export const door: Benchmark = {
  name: 'door',
  summary:
    'The agent at a door, as its own process: what it leaves of a core, whether its memory grows, and what others make of the same frames.',
  configure(command) {
    command.option('--only <part>', `${parts.join(', ')}; the result is printed, not published`);
    command.option('--minutes <n>', 'for each camera at its own pace; published from 3 on', String(enoughMinutes));
    command.option('--frames <n>', `of the replay; published from ${replayFrames} on`, String(replayFrames));
  },
  async run({ only, minutes = String(enoughMinutes), frames = String(replayFrames) }) {
    const wanted = parts.filter((part) => only === undefined || part === only);
    if (wanted.length === 0) throw new Misconfigured(`--only: expected ${parts.join(', ')}, got ${only}`);
    const [minuteCount, frameCount] = [positive('--minutes', minutes), Math.round(positive('--frames', frames))];
    const load = loadavg()[0] ?? 0;
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-door-'));
    try {
      const filmed = await doorFrames(folder);
      const idle = wanted.includes('idle') ? await measureIdle(filmed, folder, minuteCount) : [];
      const memory = wanted.includes('memory') ? await measureMemory(filmed, folder, frameCount) : [];
      const peers = wanted.includes('peers') ? await measurePeersAtDoor(folder) : [];
      const isWhole = minuteCount >= enoughMinutes && frameCount >= replayFrames;
      return {
        markdown: [
          ...busyness(load),
          ...(wanted.includes('idle') ? idleTable(idle, filmed, minuteCount) : []),
          ...(wanted.includes('memory') ? memoryTable(memory, filmed) : []),
          ...(wanted.includes('peers') ? peerTable(peers) : []),
        ].join('\n'),
        json: { load, idle, memory, peers },
        publish: only === undefined && isWhole && peers.length > 0,
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Others on the machine take caches and turns from what is measured; only where it is quiet do its numbers say what they say. */
function busyness(load: number): string[] {
  if (load < 0.5) return [];
  return [
    `The machine was not quiet: at the start ${load.toFixed(1)} processes wanted its ${cpus().length} cores.`,
    '',
  ];
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Misconfigured(`${name}: expected a number over 0, got ${text}`);
  return value;
}
