import type { Log } from '@rollcall/kit/log';
import type { OutboxItem } from '../ports/outbox.ts';
import type { DiskError } from './disk-error.ts';

/** What goes wrong with an outbox: counted, said in words for ops, and in the log so that each trouble wakes somebody once. */
export class OutboxTrouble {
  readonly #log: Log;
  readonly #dataDir: string;
  #disk: string | undefined;
  #isFull = false;
  #damaged = 0;
  #dropped = 0;

  constructor(parts: { log: Log; dataDir: string }) {
    this.#log = parts.log;
    this.#dataDir = parts.dataDir;
  }

  /** Lost since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The worst of what is wrong now, up to 300 characters. */
  get problem(): string | undefined {
    if (this.#disk !== undefined) {
      return `the disk takes nothing (${this.#disk}): free space in ${this.#dataDir}; messages wait in memory`.slice(
        0,
        300,
      );
    }
    if (this.#isFull) return 'the outbox is full: what is worth least is dropped until the cloud acks again';
    return this.#damaged > 0 ? `${this.#damaged} damaged, or sealed with another key: parked` : undefined;
  }

  diskFailed({ code }: DiskError, inMemory: number): void {
    this.#log[this.#disk === undefined ? 'error' : 'info']('outbox-disk-failed', { code, inMemory });
    this.#disk = code;
  }

  diskWorks(): void {
    this.#disk = undefined;
  }

  /** There was no room for this one. */
  noRoomFor({ id, kind }: OutboxItem, items: number): void {
    this.#dropped++;
    this.#log[this.#isFull ? 'info' : 'error']('outbox-full', { dropped: id, kind, items });
    this.#isFull = true;
  }

  hasRoomAgain(): void {
    this.#isFull = false;
  }

  tooOld(dropped: number, maxAgeDays: number): void {
    this.#dropped += dropped;
    this.#log.error('outbox-too-old', { dropped, maxAgeDays });
  }

  /** Memory had no place for one either. */
  lostFromMemory(): void {
    this.#dropped++;
  }

  isDamaged({ id }: OutboxItem, reason: string): void {
    this.#damaged++;
    this.#log.error('outbox-item-damaged', { id, reason });
  }
}
