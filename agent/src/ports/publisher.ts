import type { Ack } from '@rollcall/contract/capture';
import type { RuleName } from '@rollcall/contract/topics';

/** The way to the cloud. */
export interface Publisher {
  /** True while messages can be published and acks arrive. */
  readonly online: boolean;
  /**
   * Resolves when the broker has it, which does not mean that the cloud does: that is the ack.
   * @throws Unavailable when it may work later, Denied when the broker's policy forbids it, InvalidInput when it is too large.
   */
  publish(rule: RuleName, payload: Uint8Array): Promise<void>;
  onAck(listener: (ack: Ack) => void): void;
  /** Calls `listener` whenever `online` changes. */
  onOnline(listener: (online: boolean) => void): void;
}
