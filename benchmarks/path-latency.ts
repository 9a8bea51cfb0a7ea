import { Attendance } from '@rollcall/contract/attendance';
import { dataFolder, startSite } from '@rollcall/test/site/start-site';
import { z } from 'zod';
import { quantile } from './quantile.ts';

export interface Latency {
  readonly samples: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

const List = z.object({ items: z.array(Attendance) });
const pollMs = 15;

/**
 * From the instant at which the frame was taken to the instant at which an API client reads the attendance that follows from it: the demo's
 * door, its real agent and its people, all on this machine. The frame's own decoding is within it, the client's polling too.
 */
export async function measureLatency(seconds: number): Promise<Latency> {
  const folder = await dataFolder();
  const site = await startSite(folder.path, ['--demo'], 120_000);
  const delays: number[] = [];
  try {
    const seen = new Map<string, string>();
    const end = performance.now() + seconds * 1_000;
    while (performance.now() < end) {
      const { body } = await site.api<unknown>('GET', '/v1/attendance');
      const now = Date.now();
      for (const { personId, lastSeenAt } of List.parse(body).items) {
        if (!lastSeenAt || seen.get(personId) === lastSeenAt) continue;
        seen.set(personId, lastSeenAt);
        delays.push(now - Date.parse(lastSeenAt));
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  } finally {
    await site.stop();
    await folder.remove();
  }
  return {
    samples: delays.length,
    medianMs: quantile(delays, 0.5),
    p95Ms: quantile(delays, 0.95),
    maxMs: quantile(delays, 1),
  };
}
