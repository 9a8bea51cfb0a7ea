import type { DeviceId, OrganizationId } from './ids.ts';

/** The deployment's prefix; another stage in the same AWS account has another. */
export const defaultPrefix = 'rollcall';

/** What a device publishes; each is one IoT rule of that name. */
export type RuleName = 'capture' | 'passage' | 'health';

/** Hard limit of AWS IoT Core on one message: over it the connection is dropped. Source: AWS IoT Core quotas. */
export const maxPayloadBytes = 128 * 1024;

/** Basic Ingest topic of a device's message: no messaging charge, delivered to the rule alone. */
export function ruleTopic(prefix: string, rule: RuleName, org: OrganizationId, device: DeviceId): string {
  return `$aws/rules/${prefix}_${rule}/${org}/${device}`;
}

/** Where the cloud says that a message is durable. Payload: `Ack`. */
export function ackTopic(prefix: string, org: OrganizationId, device: DeviceId): string {
  return `${prefix}/${org}/${device}/ack`;
}

/** What browsers subscribe to: `sighting`, `attendance`, `device` below it. Payload: `LiveEvent`. */
export function liveTopic(prefix: string, org: OrganizationId, kind: string): string {
  return `${prefix}/${org}/live/${kind}`;
}
