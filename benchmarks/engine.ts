import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedEngine } from '@rollcall/cloud/adapters/local/embedded-engine';
import { MemoryTable } from '@rollcall/cloud/adapters/local/memory-table';
import { OrganizationId } from '@rollcall/contract/ids';
import { systemClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';

/** What the bare engine does: no broker, no records, pictures from memory. */
export interface EngineSpeed {
  readonly workers: number;
  readonly pictures: number;
  readonly picturesPerSecond: number;
}

/** How fast the engine searches `images`, over and over for `seconds`, with as many under way as keep its workers busy. */
export async function engineSpeed(images: readonly Uint8Array[], workers: number, seconds = 8): Promise<EngineSpeed> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'rollcall-engine-'));
  const engine = await EmbeddedEngine.start({
    table: new MemoryTable(),
    cacheDir,
    workers,
    log: silentLog,
    clock: systemClock,
  });
  try {
    const org = OrganizationId.parse('main');
    const next = cycle(images);
    // The first pictures are slower: the runtime plans its memory, and the compiler has not seen the code yet.
    await drive(workers * 2, () => engine.search(org, next()), Date.now() + 1_500);
    const from = performance.now();
    const pictures = await drive(workers * 2, () => engine.search(org, next()), Date.now() + seconds * 1000);
    const took = (performance.now() - from) / 1000;
    return { workers, pictures, picturesPerSecond: pictures / took };
  } finally {
    await engine.stop();
    await rm(cacheDir, { recursive: true });
  }
}

/** Keeps `lanes` of `work` under way until `end`. @returns how many were done. */
async function drive(lanes: number, work: () => Promise<unknown>, end: number): Promise<number> {
  let done = 0;
  const lane = async () => {
    while (Date.now() < end) {
      await work();
      done++;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return done;
}

function cycle<T>(items: readonly T[]): () => T {
  let at = 0;
  return () => {
    const item = items[at++ % items.length];
    if (item === undefined) throw new Error('expected at least one picture');
    return item;
  };
}
