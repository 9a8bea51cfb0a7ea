import { type Ack, CaptureMessage, PassageMessage } from '@rollcall/contract/capture';
import type { RuleName } from '@rollcall/contract/topics';
import type { Publisher } from '../src/ports/publisher.ts';

/** One message that was handed to the broker. */
export interface Published {
  readonly rule: RuleName;
  readonly id: string;
}

/** A broker and a cloud that do what the test says. */
export class MemoryPublisher implements Publisher {
  online = true;
  readonly published: Published[] = [];
  /** What publishing ends with; nothing: the broker has it. */
  failWith: Error | undefined;
  #acks: ((ack: Ack) => void)[] = [];
  #onlines: ((online: boolean) => void)[] = [];
  #waiting: { count: number; resolve: () => void }[] = [];

  async publish(rule: RuleName, payload: Uint8Array): Promise<void> {
    const value: unknown = JSON.parse(Buffer.from(payload).toString());
    const id = rule === 'capture' ? CaptureMessage.parse(value).captureId : PassageMessage.parse(value).passageId;
    this.published.push({ rule, id });
    for (const waiting of this.#waiting.splice(0)) {
      if (this.published.length >= waiting.count) waiting.resolve();
      else this.#waiting.push(waiting);
    }
    if (this.failWith) throw this.failWith;
  }

  onAck(listener: (ack: Ack) => void): void {
    this.#acks.push(listener);
  }

  onOnline(listener: (online: boolean) => void): void {
    this.#onlines.push(listener);
  }

  /** The cloud answers. */
  ack(ack: Ack): void {
    for (const listener of this.#acks) listener(ack);
  }

  stored(id: string): void {
    this.ack({ id, status: 'stored' });
  }

  setOnline(online: boolean): void {
    this.online = online;
    for (const listener of this.#onlines) listener(online);
  }

  /** Resolves with the ids once `count` messages were published in all. */
  async ids(count: number): Promise<string[]> {
    if (this.published.length < count) await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
    return this.published.map((published) => published.id);
  }
}
