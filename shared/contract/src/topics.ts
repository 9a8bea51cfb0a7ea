import type { DeviceId, OrganizationId } from './ids.ts';

/** The deployment's prefix; another stage in the same AWS account has another. */
export const defaultPrefix = 'rollcall';

/** What a device publishes; each is one IoT rule of that name. */
export type RuleName = 'capture' | 'passage' | 'health' | 'report';

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

/**
 * A topic of AWS IoT Jobs for one device, `$aws/things/{device}/jobs/…`: `start-next`, `get`, `{jobId}/get`, `{jobId}/update` (answers on
 * `…/accepted` and `…/rejected` below them), `notify`, `notify-next`. Source: "Jobs device MQTT API operations", AWS IoT developer guide.
 */
export function jobTopic(device: DeviceId, rest: string): string {
  return `$aws/things/${device}/jobs/${rest}`;
}

/** What browsers subscribe to: `sighting`, `attendance`, `device` below it. Payload: `LiveEvent`. */
export function liveTopic(prefix: string, org: OrganizationId, kind: string): string {
  return `${prefix}/${org}/live/${kind}`;
}

/** The named shadow that holds a device's configuration. */
export const configShadow = 'config';

/** What a shadow holds, `desired` and `reported` together, in bytes of JSON. Source: "AWS IoT Device Shadow service quotas". */
export const maxShadowBytes = 8 * 1024;

/** What may be asked of a shadow: the last level of the topic of a request. */
export const shadowRequests = ['get', 'update', 'delete'] as const;
export type ShadowRequest = (typeof shadowRequests)[number];

/**
 * Above the topics of a device's `config` shadow: requests on `get`, `update` and `delete` below it, answers on `…/accepted` and `…/rejected`
 * below those, and `update/delta` and `update/documents`. Source: "Device Shadow MQTT topics", AWS IoT developer guide.
 */
export function configShadowTopic(device: DeviceId): string {
  return `$aws/things/${device}/shadow/name/${configShadow}`;
}
