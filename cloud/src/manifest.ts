import type { RuleName } from '@rollcall/contract/topics';

/** A topic rule: what devices publish on `$aws/rules/{prefix}_{name}/{org}/{device}` goes to `handler`. */
export interface Rule {
  readonly name: RuleName;
  /** The use-case that it calls: `domain/{handler}.ts`. */
  readonly handler: 'accept-capture' | 'accept-passage' | 'record-heartbeat';
  readonly description: string;
}

/** What runs by the clock: an in-process timer on one machine, EventBridge Scheduler on AWS. */
export interface Timer {
  readonly name: 'close-passages' | 'expire-pictures' | 'sweep-leftovers';
  /** Seconds from the end of one run to the start of the next. AWS rounds up to a minute. */
  readonly everySeconds: number;
  readonly description: string;
}

/** The rules of the deployment, read by the site edition's dispatcher and by the CDK app. */
export const rules: readonly Rule[] = [
  { name: 'capture', handler: 'accept-capture', description: 'Keeps a capture, acks it, hands it to recognition' },
  { name: 'passage', handler: 'accept-passage', description: 'Closes a passage: what is undecided gets decided' },
  { name: 'health', handler: 'record-heartbeat', description: 'Keeps a device’s health and its last picture' },
];

/** The timers of the deployment. */
export const timers: readonly Timer[] = [
  { name: 'close-passages', everySeconds: 5, description: 'Closes passages whose device fell silent' },
  { name: 'expire-pictures', everySeconds: 3600, description: 'Deletes pictures that are past their retention' },
  { name: 'sweep-leftovers', everySeconds: 3600, description: 'Removes what interrupted work left behind' },
];

/**
 * The rule's SQL on AWS IoT: the message as it came, base64, with who sent it. The topic policy makes topic(2) the thing
 * that the certificate belongs to; on Basic Ingest topics the numbering starts after the rule's name.
 * Source: "AWS IoT SQL reference", functions encode and topic.
 */
export const ruleSql =
  "SELECT encode(*, 'base64') AS payload, topic(1) AS org, topic(2) AS deviceId, timestamp() AS receivedAt";
