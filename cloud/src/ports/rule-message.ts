import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';

/** What a device published on one of its rules, as it came: nothing in it has been checked but who sent it. */
export interface RuleMessage {
  readonly org: OrganizationId;
  readonly deviceId: DeviceId;
  /** At most 128 KB. */
  readonly payload: Uint8Array;
  /** ms since the epoch. */
  readonly receivedAt: number;
}

/**
 * What a rule does with a message. It answers the device itself. What it throws is logged and the message let go:
 * without an ack the device sends it again.
 */
export type RuleHandler = (message: RuleMessage) => Promise<void>;
