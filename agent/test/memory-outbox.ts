import { itemOf } from '../src/adapters/outbox-payload.ts';
import { OutboxIndex } from '../src/domain/outbox-index.ts';
import type { Kept, Outbox, OutboxItem, OutboxMessage, OutboxState } from '../src/ports/outbox.ts';

/** An outbox without a disk and without limits, whose reads take no time. */
export class MemoryOutbox implements Outbox {
  readonly parked: { id: string; reason: string }[] = [];
  readonly #index = new OutboxIndex();
  readonly #payloads = new Map<number, Uint8Array>();
  #listeners: ((item: OutboxItem) => void)[] = [];
  #nextSeq = 1;

  async put(message: OutboxMessage): Promise<Kept> {
    const payload = Buffer.from(JSON.stringify(message));
    const item = itemOf(message, this.#nextSeq++, payload.length);
    this.#index.add(item);
    this.#payloads.set(item.seq, payload);
    for (const listener of this.#listeners) listener(item);
    return 'durable';
  }

  items(): Iterable<OutboxItem> {
    return this.#index.items();
  }

  hasCaptureOf(passageId: string): boolean {
    return this.#index.hasCaptureOf(passageId);
  }

  async read(item: OutboxItem): Promise<Uint8Array | undefined> {
    return this.#payloads.get(item.seq);
  }

  async remove(item: OutboxItem): Promise<void> {
    this.#index.forget(item);
    this.#payloads.delete(item.seq);
  }

  async park(item: OutboxItem, reason: string): Promise<void> {
    await this.remove(item);
    this.parked.push({ id: item.id, reason });
  }

  async parkPicture(id: string, _jpeg: Uint8Array, reason: string): Promise<void> {
    this.parked.push({ id, reason });
  }

  state(): OutboxState {
    return { items: this.#index.size, bytes: this.#index.bytes, parked: this.parked.length, dropped: 0 };
  }

  onPut(listener: (item: OutboxItem) => void): void {
    this.#listeners.push(listener);
  }
}
