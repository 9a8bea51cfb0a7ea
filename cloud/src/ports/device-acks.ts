import type { Ack } from '@rollcall/contract/capture';
import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';

/** Tells a device that what it sent is durable, or will never be accepted. An ack that is lost is asked for again by a resend. */
export interface DeviceAcks {
  publishAck(org: OrganizationId, deviceId: DeviceId, ack: Ack): Promise<void>;
}
