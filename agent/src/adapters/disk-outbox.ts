import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaptureMessage, PassageMessage } from '@rollcall/contract/capture';
import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import { writeDurably } from '@rollcall/kit/write-durably';
import { decodeTime } from 'ulid';
import { OutboxIndex } from '../domain/outbox-index.ts';
import { whatToDrop } from '../domain/what-to-drop.ts';
import type { Kept, Outbox, OutboxItem, OutboxState } from '../ports/outbox.ts';
import { isDiskError } from './disk-error.ts';
import { outboxFileName, parseOutboxFileName } from './outbox-file-name.ts';
import { isSound, itemOf, spaceOf } from './outbox-payload.ts';
import { ParkedFolder } from './parked-folder.ts';

export interface DiskOutboxOptions {
  readonly dataDir: string;
  readonly maxBytes: number;
  readonly maxItems: number;
  readonly clock: Clock;
  readonly log: Log;
  /** How a file is written; tests put a full disk here. @default writeDurably */
  readonly write?: (path: string, data: Uint8Array) => Promise<void>;
}

/** What is kept in memory while the disk takes nothing: 2 MB. */
const maxVolatile = 16;

/**
 * The outbox as a folder: one file per message, its payload as it is published, written whole or not at all. When it is full,
 * `whatToDrop` says what goes. When the disk takes nothing (full, read-only, broken) messages wait in memory, a few, so that a
 * door that is online goes on; the first write that works brings them to disk.
 */
export class DiskOutbox implements Outbox {
  readonly #options: Required<DiskOutboxOptions>;
  readonly #folder: string;
  readonly #parked: ParkedFolder;
  readonly #index = new OutboxIndex();
  readonly #volatile = new Map<number, { readonly item: OutboxItem; readonly payload: Uint8Array }>();
  readonly #listeners: ((item: OutboxItem) => void)[] = [];
  #dropped = 0;
  #nextSeq = 1;
  #dropping = false;
  #diskProblem: string | undefined;
  #puts: Promise<unknown> = Promise.resolve();

  private constructor(options: DiskOutboxOptions) {
    this.#options = { write: writeDurably, ...options };
    this.#folder = join(options.dataDir, 'outbox');
    const { clock, log } = options;
    this.#parked = new ParkedFolder({ folder: join(options.dataDir, 'parked'), clock, log });
  }

  /** Finds what waited when the process ended, however it ended, and clears half-written files away. */
  static async open(options: DiskOutboxOptions): Promise<DiskOutbox> {
    const outbox = new DiskOutbox(options);
    await outbox.#load();
    return outbox;
  }

  put(message: CaptureMessage | PassageMessage): Promise<Kept> {
    const done = this.#puts.then(() => this.#put(message));
    this.#puts = done.catch(() => {});
    return done;
  }

  items(): Iterable<OutboxItem> {
    return this.#index.items();
  }

  hasCaptureOf(passageId: string): boolean {
    return this.#index.hasCaptureOf(passageId);
  }

  async read(item: OutboxItem): Promise<Uint8Array | undefined> {
    const inMemory = this.#volatile.get(item.seq);
    if (inMemory) return inMemory.payload;
    if (!this.#index.has(item)) return undefined;
    try {
      const payload = await readFile(this.#path(item));
      if (isSound(item, payload)) return payload;
      await this.park(item, `damaged on disk: ${payload.length} bytes that are not the ${item.kind} ${item.id}`);
    } catch (error) {
      if (!isDiskError(error)) throw error;
      if (error.code === 'ENOENT') this.#forget(item);
      else await this.park(item, `cannot be read: ${error.message}`);
    }
    return undefined;
  }

  async remove(item: OutboxItem): Promise<void> {
    this.#forget(item);
    await this.#delete(item);
  }

  async park(item: OutboxItem, reason: string): Promise<void> {
    const inMemory = this.#volatile.get(item.seq);
    if (!this.#forget(item)) return;
    if (inMemory) await this.#parked.write(outboxFileName(item), inMemory.payload, reason);
    else await this.#parked.move(this.#path(item), outboxFileName(item), reason);
  }

  async parkPicture(id: string, jpeg: Uint8Array, reason: string): Promise<void> {
    await this.#parked.write(`${id}.jpg`, jpeg, reason);
  }

  state(): OutboxState {
    const { oldest } = this.#index;
    return {
      items: this.#index.size,
      bytes: this.#index.bytes,
      ...(oldest && { oldestAt: decodeTime(oldest.id) }),
      parked: this.#parked.count,
      dropped: this.#dropped,
      ...this.#problem(),
    };
  }

  onPut(listener: (item: OutboxItem) => void): void {
    this.#listeners.push(listener);
  }

  /** Waits for what is being written, and tries the disk once more for what is in memory alone. */
  async close(): Promise<void> {
    await this.#puts;
    await this.#bringToDisk();
  }

  async #load(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await this.#parked.open();
    for (const file of (await readdir(this.#folder)).sort()) {
      const path = join(this.#folder, file);
      const named = parseOutboxFileName(file);
      if (named) {
        this.#index.add({ ...named, bytes: spaceOf((await stat(path)).size) });
        this.#nextSeq = named.seq + 1;
      } else if (file.endsWith('.tmp')) await rm(path, { force: true });
      else await this.#parked.move(path, file, 'no outbox wrote this file');
    }
  }

  async #put(message: CaptureMessage | PassageMessage): Promise<Kept> {
    const payload = Buffer.from(JSON.stringify(message));
    const item = itemOf(message, this.#nextSeq++, spaceOf(payload.length));
    if (!(await this.#makeRoom(item))) return 'dropped';
    const kept = (await this.#write(item, payload)) ? 'durable' : this.#keepInMemory(item, payload);
    if (kept === 'dropped') return kept;
    this.#index.add(item);
    if (kept === 'durable') await this.#bringToDisk();
    for (const listener of this.#listeners) listener(item);
    return kept;
  }

  /** False when the incoming item itself is what has to go. */
  async #makeRoom(incoming: OutboxItem): Promise<boolean> {
    const { maxBytes, maxItems, log } = this.#options;
    while (this.#index.size + 1 > maxItems || this.#index.bytes + incoming.bytes > maxBytes) {
      const victim = whatToDrop([...this.#index.items(), incoming]) ?? incoming;
      this.#dropped++;
      // Wakes somebody once, not with every message.
      log[this.#dropping ? 'info' : 'error']('outbox-full', {
        dropped: victim.id,
        kind: victim.kind,
        items: this.#index.size,
      });
      this.#dropping = true;
      if (victim === incoming) return false;
      await this.remove(victim);
    }
    return true;
  }

  async #write(item: OutboxItem, payload: Uint8Array): Promise<boolean> {
    try {
      await this.#options.write(this.#path(item), payload);
      this.#diskProblem = undefined;
      return true;
    } catch (error) {
      if (!isDiskError(error)) throw error;
      const level = this.#diskProblem ? 'info' : 'error';
      this.#diskProblem = `the disk takes nothing (${error.code}): free space in ${this.#options.dataDir}; messages wait in memory`;
      this.#options.log[level]('outbox-disk-failed', { code: error.code, inMemory: this.#volatile.size });
      return false;
    }
  }

  #keepInMemory(item: OutboxItem, payload: Uint8Array): Kept {
    if (this.#volatile.size >= maxVolatile) {
      const inMemory = [...this.#volatile.values()].map((held) => held.item);
      const victim = whatToDrop([...inMemory, item]) ?? item;
      this.#dropped++;
      if (victim === item) return 'dropped';
      this.#forget(victim);
    }
    this.#volatile.set(item.seq, { item, payload });
    return 'volatile';
  }

  async #bringToDisk(): Promise<void> {
    for (const { item, payload } of this.#volatile.values()) {
      if (!(await this.#write(item, payload))) return;
      this.#volatile.delete(item.seq);
      // Acked while it was being written.
      if (!this.#index.has(item)) await this.#delete(item);
    }
  }

  #forget(item: OutboxItem): boolean {
    this.#volatile.delete(item.seq);
    if (!this.#index.forget(item)) return false;
    const { maxItems, maxBytes } = this.#options;
    if (this.#index.size < 0.9 * maxItems && this.#index.bytes < 0.9 * maxBytes) this.#dropping = false;
    return true;
  }

  #problem(): { problem?: string } {
    if (this.#diskProblem) return { problem: this.#diskProblem.slice(0, 300) };
    return this.#dropping
      ? { problem: 'the outbox is full: what waits longest is dropped until the cloud acks again' }
      : {};
  }

  async #delete(item: OutboxItem): Promise<void> {
    try {
      await rm(this.#path(item), { force: true });
    } catch (error) {
      // It is sent once more after a restart, which changes nothing in the cloud.
      this.#options.log.error('outbox-not-deleted', { id: item.id, err: error });
    }
  }

  #path(item: OutboxItem): string {
    return join(this.#folder, outboxFileName(item));
  }
}
