import type { CaptureMessage, PassageMessage } from '@rollcall/contract/capture';
import type { ReportMessage } from '@rollcall/contract/report';

/** What may wait for the cloud. */
export type OutboxMessage = CaptureMessage | PassageMessage | ReportMessage;

/** What waits for the cloud: the message without its picture, so that thousands of them fit in memory. */
export interface OutboxItem {
  /** Order of arrival; a counter, because the clock of a device may jump. */
  readonly seq: number;
  readonly kind: 'capture' | 'passage' | 'report';
  /** The id of the capture, the passage or the report: what the cloud's ack names. */
  readonly id: string;
  /** Of a report, which belongs to no passage, its own id. */
  readonly passageId: string;
  /** Counts the captures of a passage from 1; 0 for what is none. */
  readonly sequence: number;
  /** Whether the clock was synchronized when it was taken. */
  readonly clockSynced: boolean;
  /** Space it takes. */
  readonly bytes: number;
}

/** What becomes of a message that is put: on the disk; in memory alone while the disk takes nothing; or lost. */
export type Kept = 'durable' | 'volatile' | 'dropped';

export interface OutboxState {
  readonly items: number;
  readonly bytes: number;
  /** When the oldest item was taken, ms since the epoch. */
  readonly oldestAt?: number;
  /** Set aside: refused or never answered by the cloud, impossible to fit, or damaged on disk. */
  readonly parked: number;
  /** Lost to a full outbox, a full disk or old age since the start. */
  readonly dropped: number;
  /** What is wrong, in words for ops. */
  readonly problem?: string;
}

/** The messages that the cloud has not acked yet, in order of arrival, bounded by number, size and age. Survives the process. */
export interface Outbox {
  /** Never throws for a full disk: says what became of the message, counts it, and goes on. */
  put(message: OutboxMessage): Promise<Kept>;
  /** Oldest first. Safe to walk while items come and go. */
  items(): Iterable<OutboxItem>;
  /** True while a capture of the passage waits: its end must not overtake it. */
  hasCaptureOf(passageId: string): boolean;
  /** The payload to publish; undefined when the item is gone. A damaged one is parked on the way. */
  read(item: OutboxItem): Promise<Uint8Array | undefined>;
  /** The cloud has it: forget it. Nothing happens when it is gone already. */
  remove(item: OutboxItem): Promise<void>;
  /** Set it aside with the reason; it is never sent again. */
  park(item: OutboxItem, reason: string): Promise<void>;
  /** Set a picture aside that never became a message. */
  parkPicture(id: string, jpeg: Uint8Array, reason: string): Promise<void>;
  state(): OutboxState;
  /** Calls `listener` after each put. */
  onPut(listener: (item: OutboxItem) => void): void;
}
