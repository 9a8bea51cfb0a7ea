import { isDeepStrictEqual } from 'node:util';
import { ManualClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { ManualTimer } from '@rollcall/kit/timer';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CrashingDisk, crashingDataDir } from '../../test/crashing-disk.ts';
import { captureMessage } from '../../test/messages.ts';
import type { OutboxItem } from '../ports/outbox.ts';
import { ManualUptime } from '../ports/uptime.ts';
import { DiskOutbox } from './disk-outbox.ts';

/** What is done to an outbox: a new message, or an ack or a refusal of one that waits; `alone`: before the next is begun. */
interface Action {
  readonly kind: 'put' | 'ack' | 'park';
  readonly which: number;
  readonly alone: boolean;
}

const actions = fc.array(
  fc.record<Action>({
    kind: fc.constantFrom('put', 'put', 'put', 'ack', 'ack', 'park'),
    which: fc.nat(20),
    alone: fc.boolean(),
  }),
  { minLength: 1, maxLength: 14 },
);

/** A run of the machine that ends by a power cut at a step. */
const run = fc.record({ actions, cutAt: fc.integer({ min: 1, max: 160 }) });
const chances = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }));

/** What a test knows of what it put, over any number of power cuts. */
class Ledger {
  disk: CrashingDisk;
  /** Every message by id, as it must come out. */
  readonly put = new Map<string, unknown>();
  readonly durable = new Set<string>();
  /** The outbox was told to let go of it. */
  readonly released = new Set<string>();
  /** Released so long ago that it must not come back. */
  readonly gone = new Set<string>();
  readonly #letGo = new Set<string>();

  constructor(random: () => number) {
    this.disk = new CrashingDisk(random);
  }

  open(): Promise<DiskOutbox> {
    return DiskOutbox.open({
      dataDir: crashingDataDir,
      maxBytes: 10_000_000,
      maxItems: 1_000,
      clock: new ManualClock(),
      log: silentLog,
      uptime: new ManualUptime(),
      timer: new ManualTimer(),
      disk: this.disk,
    });
  }

  /** Opens an outbox and does all that. */
  async live(all: readonly Action[]): Promise<void> {
    await this.act(await this.open(), all);
  }

  async act(outbox: DiskOutbox, all: readonly Action[]): Promise<void> {
    const running = [];
    for (const action of all) {
      const done = this.#act(outbox, action);
      running.push(done);
      if (action.alone) await done;
    }
    await Promise.all(running);
  }

  /** Opens the outbox again. @returns what breaks the laws: what was durable is there, what is there is whole, what is long gone stays so. */
  async broken(): Promise<string[]> {
    const outbox = await this.open();
    const broken: string[] = [];
    const found = new Set<string>();
    for (const item of outbox.items()) {
      found.add(item.id);
      if (!isDeepStrictEqual(await payloadOf(outbox, item), this.put.get(item.id)))
        broken.push(`${item.id} is damaged`);
    }
    for (const id of this.durable) if (!this.released.has(id) && !found.has(id)) broken.push(`${id} is lost`);
    for (const id of this.gone) if (found.has(id)) broken.push(`${id} is back`);
    const { problem } = outbox.state();
    if (problem !== undefined) broken.push(problem);
    for (const file of await this.disk.list(`${crashingDataDir}/outbox`)) {
      if (!file.endsWith('.sealed')) broken.push(`${file} was left`);
    }
    await outbox.close();
    // What came back of what was released waits again, to be sent once more.
    for (const id of found) {
      this.released.delete(id);
      this.#letGo.delete(id);
    }
    for (const id of this.put.keys()) if (!found.has(id)) this.durable.delete(id);
    return broken;
  }

  async #act(outbox: DiskOutbox, { kind, which }: Action): Promise<void> {
    if (kind === 'put') {
      const message = captureMessage({ imageBytes: 30 });
      const letGoBefore = [...this.#letGo];
      this.put.set(message.captureId, message);
      if ((await outbox.put(message)) !== 'durable') return;
      this.durable.add(message.captureId);
      // The sync of the folder that made this one durable made their ends durable.
      for (const id of letGoBefore) this.gone.add(id);
      return;
    }
    const waiting = [...outbox.items()];
    const item = waiting[which % waiting.length];
    if (!item) return;
    this.released.add(item.id);
    if (kind === 'park') return outbox.park(item, 'refused');
    await outbox.remove(item);
    this.#letGo.add(item.id);
  }
}

async function payloadOf(outbox: DiskOutbox, item: OutboxItem): Promise<unknown> {
  const payload = await outbox.read(item);
  if (!payload) return undefined;
  const { ageMs: _, ...message } = JSON.parse(Buffer.from(payload).toString());
  return message;
}

test('whatever is put, acked and parked, and wherever the power is cut, time and again: nothing durable is lost or damaged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 3 }), chances, async (runs, stream) => {
      const ledger = new Ledger(() => stream.next().value ?? 0);
      for (const { actions: all, cutAt } of runs) {
        ledger.disk.cutAt = cutAt;
        await Promise.race([ledger.live(all), ledger.disk.off]);
        ledger.disk = ledger.disk.reboot();
        expect(await ledger.broken()).toEqual([]);
        ledger.disk = ledger.disk.reboot();
      }
    }),
    { numRuns: 300 },
  );
});

test('a power cut at every single step of the first start and of three writes loses nothing durable', async () => {
  const puts: Action[] = Array.from({ length: 3 }, () => ({ kind: 'put', which: 0, alone: true }));
  const whole = new Ledger(() => 0.5);
  await whole.live(puts);
  const { steps } = whole.disk;
  expect(steps).toBeGreaterThan(20);
  for (let cutAt = 1; cutAt <= steps; cutAt++) {
    for (const seed of [0, 0.1, 0.3, 0.49, 0.5, 0.7, 0.99]) {
      const ledger = new Ledger(mixed(seed));
      ledger.disk.cutAt = cutAt;
      await Promise.race([ledger.live(puts), ledger.disk.off]);
      ledger.disk = ledger.disk.reboot();
      expect(await ledger.broken()).toEqual([]);
    }
  }
});

test('whatever steps fail with whatever errors, putting never throws, and what was durable is there afterwards', async () => {
  const codes = fc.array(fc.constantFrom(undefined, undefined, undefined, 'ENOSPC', 'EIO', 'EROFS'), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(actions, codes, chances, async (all, failures, stream) => {
      const ledger = new Ledger(() => stream.next().value ?? 0);
      const outbox = await ledger.open();
      const from = ledger.disk.steps;
      ledger.disk.failWith = (step) => failures[step - from - 1];
      await ledger.act(outbox, all);
      ledger.disk.failWith = () => undefined;
      const waiting = [...outbox.items()].map(({ id }) => id);
      await outbox.close();
      // What waited in memory is on the disk now, too.
      for (const id of waiting) ledger.durable.add(id);
      // What could not be deleted may be sent once more.
      ledger.gone.clear();
      ledger.disk = ledger.disk.reboot();
      expect(await ledger.broken()).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

/** Chances that differ from one to the next, and are the same each time. */
function mixed(seed: number): () => number {
  let state = Math.floor(seed * 2 ** 32) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
