import { type Rush, simulateRush, tpsFor } from './morning-rush.ts';

/** `pnpm rush`: mornings of several sizes against quotas of Rekognition, as the table of docs/aws.md. */
const serviceSeconds = 1;
const common = { windowMinutes: 40, callsPerPassage: 1.05 } as const;
const mornings: readonly (readonly [string, Rush])[] = [
  ['a school: 10 doors, 1,000 people', { ...common, doors: 10, peoplePerDoor: 100, zones: 1 }],
  ['an organization: 2,000 doors, 100,000 people', { ...common, doors: 2_000, peoplePerDoor: 50, zones: 1 }],
  ['10,000 devices, 200,000 people, one zone', { ...common, doors: 10_000, peoplePerDoor: 20, zones: 1 }],
  ['100,000 devices, 2 million people, one zone', { ...common, doors: 100_000, peoplePerDoor: 20, zones: 1 }],
  ['the same over 8 zones', { ...common, doors: 100_000, peoplePerDoor: 20, zones: 8 }],
];
const promiseSeconds = 60;

const head = ['morning', 'TPS', 'busiest minute, /s', 'p50', 'p95', 'longest wait', 'most waiting', 'empty after'];
const rows = mornings.flatMap(([name, rush]) => {
  const enough = tpsFor(rush, promiseSeconds, serviceSeconds);
  return [...new Set([5, 50, enough])].map((tps) => row(name, rush, tps));
});
process.stdout.write(
  `${[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`,
);

function row(name: string, rush: Rush, tps: number): string[] {
  const concurrency = Math.max(2, Math.ceil(tps * serviceSeconds));
  const { delay, longestQueue, peakPerSecond, drainMinutes } = simulateRush(rush, { tps, concurrency, serviceSeconds });
  const waits = [delay.p50, delay.p95, delay.max].map(inWords);
  return [
    name,
    String(tps),
    peakPerSecond.toFixed(1),
    ...waits,
    longestQueue.toLocaleString('en-US'),
    inWords(drainMinutes * 60),
  ];
}

function inWords(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  if (seconds < 7200) return `${(seconds / 60).toFixed(0)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
