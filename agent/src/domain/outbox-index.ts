import type { OutboxItem } from '../ports/outbox.ts';

/** What an outbox holds, in order of arrival, with its sums. */
export class OutboxIndex {
  readonly #items = new Map<number, OutboxItem>();
  readonly #capturesOf = new Map<string, number>();
  #bytes = 0;

  get size(): number {
    return this.#items.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get oldest(): OutboxItem | undefined {
    return this.#items.values().next().value;
  }

  /** Safe to walk while items come and go. */
  items(): Iterable<OutboxItem> {
    return this.#items.values();
  }

  has(item: OutboxItem): boolean {
    return this.#items.has(item.seq);
  }

  hasCaptureOf(passageId: string): boolean {
    return this.#capturesOf.has(passageId);
  }

  add(item: OutboxItem): void {
    this.#items.set(item.seq, item);
    this.#bytes += item.bytes;
    if (item.kind === 'capture') this.#count(item.passageId, 1);
  }

  /** False when it was not there. */
  forget(item: OutboxItem): boolean {
    if (!this.#items.delete(item.seq)) return false;
    this.#bytes -= item.bytes;
    if (item.kind === 'capture') this.#count(item.passageId, -1);
    return true;
  }

  #count(passageId: string, change: 1 | -1): void {
    const count = (this.#capturesOf.get(passageId) ?? 0) + change;
    if (count > 0) this.#capturesOf.set(passageId, count);
    else this.#capturesOf.delete(passageId);
  }
}
