import type { Ack } from '@rollcall/contract/capture';
import { AppError } from '@rollcall/kit/app-error';
import { type BackoffOptions, backoff } from '@rollcall/kit/backoff';
import type { Log } from '@rollcall/kit/log';
import type { Timer } from '@rollcall/kit/timer';
import type { Outbox, OutboxItem } from '../ports/outbox.ts';
import type { Publisher } from '../ports/publisher.ts';
import { nextToSend } from './next-to-send.ts';
import { SendRecord } from './send-record.ts';

export interface DeliveryOptions {
  readonly outbox: Outbox;
  readonly publisher: Publisher;
  readonly timer: Timer;
  readonly log: Log;
  /** Messages on the way at once. @default 2 */
  readonly window?: number;
  /** ms from the broker's receipt to the cloud's ack. @default 10 000 */
  readonly ackTimeoutMs?: number;
  /** ms for which a capture may overtake the backlog. @default 30 000 */
  readonly freshMs?: number;
  /** 0 to 1; @default Math.random */
  readonly random?: () => number;
}

interface Flight {
  readonly item: OutboxItem;
  readonly overtook: boolean;
  cancelAlarm: () => void;
}

const afterFailure = { firstMs: 500, maxMs: 30_000 };
/** Somebody has to change a policy first: asking often helps nobody. */
const afterDenial = { firstMs: 5_000, maxMs: 300_000 };

/** A record that is so long past belongs to an item that is gone, or matters no more. */
const forgetRecordMs = 600_000;

/**
 * Brings the outbox to the cloud, at least once each: sends what `nextToSend` says, and forgets an item only when the cloud's
 * ack says that it is durable there. One that is never answered while others are is parked. Knows no clock but a timer that never goes back.
 */
export class Delivery {
  readonly #options: Required<DeliveryOptions>;
  readonly #inFlight = new Map<number, Flight>();
  readonly #records = new Map<number, SendRecord>();
  readonly #freshUntil = new Map<number, number>();
  readonly #drained: (() => void)[] = [];
  #pause: { waits: Generator<number, void>; until: number; why: 'failure' | 'denial' } | undefined;
  #acked = 0;
  #cancelWake = () => {};
  #stopped = false;

  constructor(options: DeliveryOptions) {
    this.#options = { window: 2, ackTimeoutMs: 10_000, freshMs: 30_000, random: Math.random, ...options };
  }

  start(): void {
    const { outbox, publisher, timer, freshMs } = this.#options;
    publisher.onAck((ack) => void this.#settle(ack));
    publisher.onOnline((online) => this.#onOnline(online));
    outbox.onPut((item) => {
      // Somebody may stand at the door, or wait for the report.
      if (item.kind !== 'passage') this.#freshUntil.set(item.seq, timer.now() + freshMs);
      this.#pump();
    });
    this.#pump();
  }

  /** Resolves when nothing waits any more. */
  async flushed(): Promise<void> {
    if (!this.#hasWaiting()) return;
    await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /** What is on the way stays in the outbox. May be called twice. */
  stop(): void {
    this.#stopped = true;
    this.#cancelWake();
    for (const seq of this.#inFlight.keys()) this.#land(seq);
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  #pump(): void {
    const { outbox, publisher, timer, window } = this.#options;
    this.#cancelWake();
    if (this.#stopped || !publisher.online) return;
    const now = timer.now();
    if (this.#pause && this.#pause.until > now) return this.#wakeAt(this.#pause.until);
    for (const [seq, until] of this.#freshUntil) if (until <= now) this.#freshUntil.delete(seq);
    for (;;) {
      const next = nextToSend({
        items: outbox.items(),
        window,
        inFlight: this.#inFlight,
        isDue: (item) => (this.#records.get(item.seq)?.notBefore ?? 0) <= now,
        hasFresh: this.#freshUntil.size > 0,
        isFresh: (item) => this.#freshUntil.has(item.seq),
        hasCaptureOf: (passageId) => outbox.hasCaptureOf(passageId),
      });
      if (!next) break;
      const flight = { ...next, cancelAlarm: () => {} };
      this.#inFlight.set(next.item.seq, flight);
      void this.#send(flight);
    }
    // An item that was dropped meanwhile leaves its record behind.
    for (const [seq, { notBefore }] of this.#records) if (now - notBefore > forgetRecordMs) this.#records.delete(seq);
    const due = [...this.#records.values()].map((record) => record.notBefore).filter((at) => at > now);
    if (due.length > 0) this.#wakeAt(Math.min(...due));
  }

  async #send(flight: Flight): Promise<void> {
    const { outbox, publisher, timer, log, ackTimeoutMs } = this.#options;
    const { item } = flight;
    const payload = await outbox.read(item);
    if (!payload) return this.#done(item);
    log.debug('sending', { id: item.id, kind: item.kind });
    try {
      await publisher.publish(item.kind, payload);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await this.#failed(flight, error);
      return;
    }
    // The ack may have come before the broker's receipt, or the connection may have gone in between.
    if (this.#inFlight.get(item.seq) !== flight) return;
    flight.cancelAlarm = timer.after(ackTimeoutMs, () => {
      log.warn('ack-late', { id: item.id, kind: item.kind, ackTimeoutMs });
      this.#land(item.seq);
      void this.#unanswered(item);
    });
  }

  async #failed(flight: Flight, error: AppError): Promise<void> {
    const { outbox, publisher, log } = this.#options;
    const { item } = flight;
    // The connection went and came, and the item is on the way again: this is news of the try before.
    if (this.#inFlight.get(item.seq) !== flight) return;
    this.#land(item.seq);
    if (error.code === 'denied') {
      log.error('publish-denied', { kind: item.kind, reason: error.message });
      this.#pauseAll('denial', afterDenial);
    } else if (!error.retryable) {
      await outbox.park(item, error.message);
      return this.#done(item);
    } else if (publisher.online) {
      log.warn('publish-failed', { id: item.id, kind: item.kind, reason: error.message });
      return this.#unanswered(item);
    }
    this.#pump();
  }

  async #unanswered(item: OutboxItem): Promise<void> {
    const record = this.#recordOf(item.seq);
    const now = this.#options.timer.now();
    record.unanswered(now, this.#acked);
    if (record.isHopeless(now)) return this.#giveUp(item);
    this.#pauseAll('failure', afterFailure);
    this.#pump();
  }

  async #giveUp(item: OutboxItem): Promise<void> {
    this.#options.log.error('never-acked', { id: item.id, kind: item.kind });
    await this.#options.outbox.park(item, 'never acked, however often it was sent, while others were');
    this.#done(item);
  }

  async #settle(ack: Ack): Promise<void> {
    const { outbox, log } = this.#options;
    const item = find(outbox.items(), ack.id);
    if (!item) return log.debug('ack-of-nothing', { id: ack.id });
    this.#acked++;
    this.#pause = undefined;
    if (ack.status === 'stored') await outbox.remove(item);
    else await outbox.park(item, `refused: ${ack.reason}`);
    log.debug('acked', { id: ack.id, status: ack.status });
    this.#done(item);
  }

  #done(item: OutboxItem): void {
    this.#land(item.seq);
    this.#records.delete(item.seq);
    this.#freshUntil.delete(item.seq);
    if (!this.#hasWaiting()) for (const resolve of this.#drained.splice(0)) resolve();
    this.#pump();
  }

  #onOnline(online: boolean): void {
    const now = this.#options.timer.now();
    // A new session brings no acks of the old one, so everything on the way is sent again.
    for (const { item } of this.#inFlight.values()) {
      this.#land(item.seq);
      const record = this.#recordOf(item.seq);
      record.lost(now, this.#acked);
      if (record.isHopeless(now)) void this.#giveUp(item);
    }
    for (const record of this.#records.values()) record.reconnected(now);
    if (this.#pause?.why === 'failure') this.#pause = undefined;
    if (online) this.#pump();
  }

  #land(seq: number): void {
    this.#inFlight.get(seq)?.cancelAlarm();
    this.#inFlight.delete(seq);
  }

  #recordOf(seq: number): SendRecord {
    const { timer, random } = this.#options;
    const record = this.#records.get(seq) ?? new SendRecord(timer.now(), this.#acked, random);
    this.#records.set(seq, record);
    return record;
  }

  /** After a failure the whole delivery waits, so that a thousand items do not fail one after the other. */
  #pauseAll(why: 'failure' | 'denial', limits: BackoffOptions & { maxMs: number }): void {
    const waits = this.#pause?.why === why ? this.#pause.waits : this.#waits(limits);
    this.#pause = { why, waits, until: this.#options.timer.now() + (waits.next().value ?? limits.maxMs) };
  }

  #waits(limits: BackoffOptions): Generator<number, void> {
    return backoff({ ...limits, random: this.#options.random });
  }

  #wakeAt(at: number): void {
    const { timer } = this.#options;
    this.#cancelWake = timer.after(at - timer.now(), () => this.#pump());
  }

  #hasWaiting(): boolean {
    return !this.#options.outbox.items()[Symbol.iterator]().next().done;
  }
}

function find(items: Iterable<OutboxItem>, id: string): OutboxItem | undefined {
  for (const item of items) if (item.id === id) return item;
  return undefined;
}
