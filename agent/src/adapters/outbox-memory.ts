import { whatToDrop } from '../domain/what-to-drop.ts';
import type { OutboxItem } from '../ports/outbox.ts';
import type { OutboxRecord } from './outbox-record.ts';

/** What is kept in memory while the disk takes nothing: 2 MB. */
const maxItems = 16;

interface Held {
  readonly item: OutboxItem;
  readonly record: OutboxRecord;
}

/** The few messages that wait in memory alone, because the disk takes nothing. */
export class OutboxMemory {
  readonly #held = new Map<number, Held>();

  get size(): number {
    return this.#held.size;
  }

  recordOf(item: OutboxItem): OutboxRecord | undefined {
    return this.#held.get(item.seq)?.record;
  }

  /** @returns what had to go for it, which may be itself. */
  add(item: OutboxItem, record: OutboxRecord): OutboxItem | undefined {
    const victim = this.size < maxItems ? undefined : whatToDrop([...this.all()].map((held) => held.item).concat(item));
    if (victim !== item) this.#held.set(item.seq, { item, record });
    if (victim) this.forget(victim);
    return victim;
  }

  forget(item: OutboxItem): void {
    this.#held.delete(item.seq);
  }

  /** Oldest first. Safe to walk while items come and go. */
  all(): Iterable<Held> {
    return this.#held.values();
  }
}
