import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { expect, test } from 'vitest';
import { DiskOutbox } from './disk-outbox.ts';

const writer = fileURLToPath(new URL('../../test/outbox-writer.ts', import.meta.url));
const rounds = 8;

/** Lets a process put and ack as fast as it can, and kills it `afterMs` from when it has said `words`. @returns ids that it said were durable, or acked. */
async function killedAfter(dataDir: string, words: number, afterMs: number) {
  const child = spawn(process.execPath, [writer, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [durable, acked] = [new Set<string>(), new Set<string>()];
  const lines = createInterface({ input: child.stdout });
  let said = 0;
  lines.on('line', (line) => {
    if (++said === words) setTimeout(() => child.kill('SIGKILL'), afterMs);
    const [word, id] = line.split(' ');
    if (id !== undefined) (word === 'durable' ? durable : acked).add(id);
  });
  await Promise.all([once(child, 'exit'), once(lines, 'close')]);
  return { durable, acked };
}

test('kill -9 in the middle of writes, time and again, loses nothing that was durable and leaves nothing half', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'outbox-'));
  const durable = new Set<string>();
  const acked = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    const said = await killedAfter(dataDir, 1 + (round % 5), Math.random() * 150);
    for (const id of said.durable) durable.add(id);
    for (const id of said.acked) acked.add(id);
    const outbox = await DiskOutbox.open({
      dataDir,
      maxBytes: 1_000_000_000,
      maxItems: 100_000,
      clock: systemClock,
      log: silentLog,
    });
    const found = new Set<string>();
    for (const item of outbox.items()) {
      expect(await outbox.read(item)).toBeDefined();
      found.add(item.id);
    }
    await outbox.close();
    expect([...durable].filter((id) => !acked.has(id) && !found.has(id))).toEqual([]);
    // The last ack may have been said and not done, or done and not said.
    expect([...found].filter((id) => acked.has(id)).length).toBeLessThanOrEqual(1);
  }
  expect(durable.size).toBeGreaterThan(rounds);
  await rm(dataDir, { recursive: true });
});
