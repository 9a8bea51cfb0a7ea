import { join } from 'node:path';
import type { Clock } from '@rollcall/kit/clock';
import { type Disk, nodeDisk } from '@rollcall/kit/disk';
import type { Log } from '@rollcall/kit/log';
import { systemTimer, type Timer } from '@rollcall/kit/timer';
import { decodeTime } from 'ulid';
import { OutboxIndex } from '../domain/outbox-index.ts';
import { tooOld } from '../domain/too-old.ts';
import { whatToDrop } from '../domain/what-to-drop.ts';
import type { Kept, Outbox, OutboxItem, OutboxMessage, OutboxState } from '../ports/outbox.ts';
import type { Uptime } from '../ports/uptime.ts';
import { isDiskError } from './disk-error.ts';
import { OutboxFolder, sealedSpaceOf } from './outbox-folder.ts';
import { OutboxKeys } from './outbox-keys.ts';
import { OutboxMemory } from './outbox-memory.ts';
import { itemOf } from './outbox-payload.ts';
import { type OutboxRecord, payloadNow } from './outbox-record.ts';
import { OutboxTrouble } from './outbox-trouble.ts';
import { ParkedFolder } from './parked-folder.ts';
import { systemUptime } from './system-uptime.ts';
import { takenBy } from './taken-by.ts';

export interface DiskOutboxOptions {
  readonly dataDir: string;
  readonly maxBytes: number;
  readonly maxItems: number;
  /** @default 14 */
  readonly maxAgeDays?: number;
  /** As of `OutboxKeys`. */
  readonly keyFile?: string | undefined;
  readonly clock: Clock;
  /** Whether `clock` is right now: only then does it make anything too old. @default never */
  readonly clockSynced?: () => boolean;
  readonly log: Log;
  /** @default systemUptime */
  readonly uptime?: Uptime;
  /** @default systemTimer */
  readonly timer?: Timer;
  /** @default nodeDisk */
  readonly disk?: Disk;
}

/** How often is looked for what is too old. */
const tidyEveryMs = 3_600_000;

/**
 * The outbox as a folder: one file per message, sealed (ADR 8), written whole or not at all. When it is full, `whatToDrop` says what goes.
 * When the disk takes nothing (full, read-only, broken) messages wait in memory, a few, so that a door that is online goes on; the first
 * write that works brings them to disk.
 */
export class DiskOutbox implements Outbox {
  #options: Required<DiskOutboxOptions>;
  readonly #keys: OutboxKeys;
  readonly #parked: ParkedFolder;
  readonly #folder: OutboxFolder;
  readonly #trouble: OutboxTrouble;
  readonly #index = new OutboxIndex();
  readonly #memory = new OutboxMemory();
  readonly #listeners: ((item: OutboxItem) => void)[] = [];
  #nextSeq = 1;
  #puts: Promise<unknown> = Promise.resolve();
  #cancelTidy = () => {};

  private constructor(options: Required<DiskOutboxOptions>, keys: OutboxKeys) {
    this.#options = options;
    this.#keys = keys;
    const { dataDir, disk, clock, log } = options;
    this.#trouble = new OutboxTrouble({ log, dataDir });
    this.#parked = new ParkedFolder({ folder: join(dataDir, 'parked'), disk, keys, clock, log });
    this.#folder = new OutboxFolder({ folder: join(dataDir, 'outbox'), disk, keys, parked: this.#parked });
  }

  /**
   * Finds what waited when the process ended, however it ended, and clears half-written files away.
   * @throws Misconfigured when there is something wrong with `keyFile`.
   */
  static async open(given: DiskOutboxOptions): Promise<DiskOutbox> {
    const options = {
      maxAgeDays: 14,
      keyFile: undefined,
      clockSynced: () => false,
      uptime: systemUptime,
      timer: systemTimer,
      disk: nodeDisk,
      ...given,
    };
    const outbox = new DiskOutbox(options, await OutboxKeys.open(options));
    await outbox.#load();
    return outbox;
  }

  /** Another size counts from the next message on, another age from the next time that is looked for what is too old. */
  setLimits(limits: Required<Pick<DiskOutboxOptions, 'maxBytes' | 'maxItems' | 'maxAgeDays'>>): void {
    this.#options = { ...this.#options, ...limits };
  }

  put(message: OutboxMessage): Promise<Kept> {
    return this.#inTurn(() => this.#put(message));
  }

  items(): Iterable<OutboxItem> {
    return this.#index.items();
  }

  hasCaptureOf(passageId: string): boolean {
    return this.#index.hasCaptureOf(passageId);
  }

  async read(item: OutboxItem): Promise<Uint8Array | undefined> {
    const record = this.#memory.recordOf(item) ?? (await this.#readFile(item));
    if (!record) return undefined;
    return item.kind === 'capture' ? payloadNow(record, this.#options.uptime) : record.payload;
  }

  async remove(item: OutboxItem): Promise<void> {
    if (this.#forget(item)) await this.#delete(item);
  }

  async park(item: OutboxItem, reason: string): Promise<void> {
    const inMemory = this.#memory.recordOf(item);
    if (!this.#forget(item)) return;
    if (!inMemory) return this.#folder.park(item, reason);
    await this.#folder.parkRecord(item, inMemory, reason);
    // A write that failed at its last step has left it there.
    await this.#delete(item);
  }

  async parkPicture(id: string, jpeg: Uint8Array, reason: string): Promise<void> {
    await this.#parked.write(`${id}.jpg.sealed`, jpeg, reason);
  }

  state(): OutboxState {
    const { oldest } = this.#index;
    const { dropped, problem } = this.#trouble;
    return {
      items: this.#index.size,
      bytes: this.#index.bytes,
      ...(oldest && { oldestAt: decodeTime(oldest.id) }),
      parked: this.#parked.count,
      dropped,
      ...(problem !== undefined && { problem }),
    };
  }

  onPut(listener: (item: OutboxItem) => void): void {
    this.#listeners.push(listener);
  }

  /** Waits for what is being written, and tries the disk once more for what is in memory alone. */
  async close(): Promise<void> {
    this.#cancelTidy();
    await this.#inTurn(() => this.#bringToDisk());
  }

  async #load(): Promise<void> {
    await this.#parked.open();
    for (const item of await this.#folder.open()) {
      this.#index.add(item);
      this.#nextSeq = item.seq + 1;
    }
    if (this.#index.size === 0 && this.#parked.count === 0) await this.#keys.forgetReplaced();
    await this.#tidy();
  }

  /** One after the other: what two do at once to the same files and limits is nobody's to think through. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#puts.then(work);
    this.#puts = done.catch(() => {});
    return done;
  }

  async #tidy(): Promise<void> {
    this.#cancelTidy = this.#options.timer.after(tidyEveryMs, () => void this.#inTurn(() => this.#tidy()));
    const { clock, clockSynced, maxAgeDays } = this.#options;
    await this.#parked.trim();
    if (!clockSynced()) return;
    const old = tooOld(this.#index.items(), clock.now(), maxAgeDays);
    if (old.length === 0) return;
    this.#trouble.tooOld(old.length, maxAgeDays);
    for (const item of old) await this.remove(item);
  }

  async #put(message: OutboxMessage): Promise<Kept> {
    const { clock, uptime } = this.#options;
    const payload = Buffer.from(JSON.stringify(message));
    const record = { payload, ...('image' in message && { taken: takenBy(message.takenAt, clock, uptime) }) };
    const item = itemOf(message, this.#nextSeq++, sealedSpaceOf(record));
    if (!(await this.#makeRoom(item))) return 'dropped';
    const kept = (await this.#write(item, record)) ? 'durable' : await this.#keepInMemory(item, record);
    if (kept === 'dropped') return kept;
    this.#index.add(item);
    if (kept === 'durable') await this.#bringToDisk();
    for (const listener of this.#listeners) listener(item);
    return kept;
  }

  async #readFile(item: OutboxItem): Promise<OutboxRecord | undefined> {
    if (!this.#index.has(item)) return undefined;
    const read = await this.#folder.read(item);
    if (read === 'gone') this.#forget(item);
    else if ('record' in read) return read.record;
    else {
      this.#trouble.isDamaged(item, read.problem);
      await this.park(item, read.problem);
    }
    return undefined;
  }

  /** False when the incoming item itself is what has to go. */
  async #makeRoom(incoming: OutboxItem): Promise<boolean> {
    const { maxBytes, maxItems } = this.#options;
    while (this.#index.size + 1 > maxItems || this.#index.bytes + incoming.bytes > maxBytes) {
      const victim = whatToDrop([...this.#index.items(), incoming]) ?? incoming;
      this.#trouble.noRoomFor(victim, this.#index.size);
      if (victim === incoming) return false;
      await this.remove(victim);
    }
    return true;
  }

  async #write(item: OutboxItem, record: OutboxRecord): Promise<boolean> {
    try {
      await this.#folder.write(item, record);
      this.#trouble.diskWorks();
      return true;
    } catch (error) {
      if (!isDiskError(error)) throw error;
      this.#trouble.diskFailed(error, this.#memory.size);
      return false;
    }
  }

  async #keepInMemory(item: OutboxItem, record: OutboxRecord): Promise<Kept> {
    const victim = this.#memory.add(item, record);
    if (victim) this.#trouble.lostFromMemory();
    if (victim === item) return 'dropped';
    if (victim) await this.remove(victim);
    return 'volatile';
  }

  async #bringToDisk(): Promise<void> {
    for (const { item, record } of this.#memory.all()) {
      if (!(await this.#write(item, record))) return;
      this.#memory.forget(item);
      // Acked while it was being written.
      if (!this.#index.has(item)) await this.#delete(item);
    }
  }

  #forget(item: OutboxItem): boolean {
    this.#memory.forget(item);
    if (!this.#index.forget(item)) return false;
    const { maxItems, maxBytes } = this.#options;
    if (this.#index.size < 0.9 * maxItems && this.#index.bytes < 0.9 * maxBytes) this.#trouble.hasRoomAgain();
    return true;
  }

  async #delete(item: OutboxItem): Promise<void> {
    try {
      await this.#folder.remove(item);
    } catch (error) {
      // It is sent once more after a restart, which changes nothing in the cloud.
      this.#options.log.error('outbox-not-deleted', { id: item.id, err: error });
    }
  }
}
