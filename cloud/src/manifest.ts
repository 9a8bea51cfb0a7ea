import type { RuleName } from '@rollcall/contract/topics';

/** A topic rule: what devices publish on `$aws/rules/{prefix}_{name}/{org}/{device}` goes to `handler`. */
export interface Rule {
  readonly name: RuleName;
  /** The use-case that it calls: `domain/{handler}.ts`. */
  readonly handler: 'accept-capture' | 'accept-passage' | 'record-heartbeat' | 'accept-report';
  readonly description: string;
}

/** What runs by the clock: an in-process timer on one machine, EventBridge Scheduler on AWS. */
export interface Timer {
  readonly name:
    | 'close-passages'
    | 'finish-captures'
    | 'expire-pictures'
    | 'reindex-photos'
    | 'follow-devices'
    | 'sweep-leftovers';
  /** Seconds from the end of one run to the start of the next. AWS rounds up to a minute. */
  readonly everySeconds: number;
  readonly description: string;
}

/** The rules of the deployment, read by the site edition's dispatcher and by the CDK app. */
export const rules: readonly Rule[] = [
  { name: 'capture', handler: 'accept-capture', description: 'Keeps a capture, acks it, hands it to recognition' },
  { name: 'passage', handler: 'accept-passage', description: 'Closes a passage: what is undecided gets decided' },
  { name: 'health', handler: 'record-heartbeat', description: 'Keeps a device’s health and its last picture' },
  { name: 'report', handler: 'accept-report', description: 'Keeps what a job of a device brought, and acks it' },
];

/** The timers of the deployment. */
export const timers: readonly Timer[] = [
  { name: 'close-passages', everySeconds: 5, description: 'Closes passages whose device fell silent' },
  { name: 'finish-captures', everySeconds: 60, description: 'Recognizes captures that were left pending' },
  { name: 'expire-pictures', everySeconds: 3600, description: 'Deletes pictures that are past their retention' },
  { name: 'reindex-photos', everySeconds: 300, description: 'Indexes photos again whose face model is out of date' },
  {
    name: 'follow-devices',
    everySeconds: 15,
    description: 'Ends devices that were wiped, tells others to renew their certificate, takes ended claims back',
  },
  { name: 'sweep-leftovers', everySeconds: 3600, description: 'Removes what interrupted work left behind' },
];

/**
 * The rule's SQL on AWS IoT: the message as it came, base64, with who sent it. The topic policy makes topic(2) the thing
 * that the certificate belongs to; on Basic Ingest topics the numbering starts after the rule's name.
 * Source: "AWS IoT SQL reference", functions encode and topic.
 */
export const ruleSql =
  "SELECT encode(*, 'base64') AS payload, topic(1) AS org, topic(2) AS deviceId, timestamp() AS receivedAt";

/** What a function of the cloud edition may use; the CDK app grants this and nothing else. */
export type Grant =
  /** The table of records. */
  | 'records'
  /** Pictures: read, write, delete, and sign uploads. */
  | 'pictures'
  /** Rekognition, in the collections of this deployment: search. */
  | 'face-search'
  /** The same, and enroll people and delete their faces. */
  | 'faces'
  /** Put an empty collection in the place of one. */
  | 'face-collections'
  /** Hand captures to the function `recognize`. */
  | 'recognition'
  /** Publish on the live topics of all organizations. */
  | 'live'
  /** Publish on the ack topics of all devices. */
  | 'acks'
  /** End a device’s access: deactivate its certificate, close its connection. */
  | 'device-links'
  /** Take a device’s certificates back for good, and its thing. */
  | 'device-certificates'
  /** Have claim certificates made and taken back. */
  | 'claims'
  /** Make claim certificates and take them back. */
  | 'claim-certificates'
  /** Ask devices to do something: AWS IoT Jobs. */
  | 'device-jobs'
  /** Read and set the configuration of devices: their shadows. */
  | 'device-shadows'
  /** Hand organizations to further invocations of the timers. */
  | 'timers'
  /** Read the secret by which CloudFront shows itself. */
  | 'front-door'
  /** Read and delete dead letters, and invoke the functions that they were meant for. */
  | 'replay';

/** A Lambda function: `handlers/aws/{name}.ts`, bundled to `dist/lambda/{name}/index.mjs`; its handler is `index.handler`. */
export interface CloudFunction {
  readonly name:
    | 'capture'
    | 'recognize'
    | 'passage'
    | 'health'
    | 'report'
    | 'presence'
    | 'upload'
    | 'api'
    | 'timers'
    | 'provisioning-hook'
    | 'claims'
    | 'token-claims'
    | 'live-authorizer'
    | 'organizations'
    | 'replay';
  /** Whether its bundle wants the layer with sharp for linux-arm64 (`dist/lambda-layers/sharp`). */
  readonly needsSharp: boolean;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly grants: readonly Grant[];
  readonly description: string;
}

/** The physical name of a function: stable, so that dead letters find their way back to it. */
export function functionName(prefix: string, name: CloudFunction['name']): string {
  return `${prefix}-${name}`;
}

/** The custom authorizer of AWS IoT that browsers name when they connect. */
export function liveAuthorizerName(prefix: string): string {
  return `${prefix}-live`;
}

/** The functions of the cloud edition. What each is told: `handlers/aws/config.ts`. The ones that are named after a rule are what that rule invokes. */
export const functions: readonly CloudFunction[] = [
  {
    name: 'capture',
    needsSharp: false,
    memoryMb: 512,
    timeoutSeconds: 30,
    grants: ['records', 'pictures', 'live', 'acks', 'recognition'],
    description: 'Keeps a capture, acks it, and hands it to recognition if it must be searched now',
  },
  {
    name: 'recognize',
    needsSharp: true,
    memoryMb: 1024,
    timeoutSeconds: 60,
    grants: ['records', 'pictures', 'face-search', 'live'],
    description: 'Finds who is in the captures of a passage, as many as it takes',
  },
  {
    name: 'passage',
    needsSharp: false,
    memoryMb: 512,
    timeoutSeconds: 30,
    grants: ['records', 'live', 'acks', 'recognition'],
    description: 'Closes a passage: what is undecided gets decided',
  },
  {
    name: 'health',
    needsSharp: false,
    memoryMb: 512,
    timeoutSeconds: 15,
    grants: ['records', 'pictures', 'live'],
    description: 'Keeps a device’s health and its last picture',
  },
  {
    name: 'report',
    needsSharp: false,
    memoryMb: 512,
    timeoutSeconds: 15,
    grants: ['records', 'pictures', 'live', 'acks'],
    description: 'Keeps what a job of a device brought, and acks it',
  },
  {
    name: 'presence',
    needsSharp: false,
    memoryMb: 512,
    timeoutSeconds: 15,
    grants: ['records', 'live', 'device-certificates', 'device-shadows'],
    description: 'Keeps which devices are connected, from the lifecycle events of AWS IoT',
  },
  {
    name: 'upload',
    needsSharp: true,
    memoryMb: 1024,
    timeoutSeconds: 60,
    grants: ['records', 'pictures', 'face-search', 'live'],
    description: 'Recognizes who is in a picture that was uploaded; S3 invokes it for keys that end in `uploadSuffix`',
  },
  {
    name: 'api',
    needsSharp: true,
    memoryMb: 1024,
    timeoutSeconds: 29,
    grants: [
      'records',
      'pictures',
      'faces',
      'live',
      'device-links',
      'device-certificates',
      'claims',
      'device-jobs',
      'device-shadows',
      'front-door',
    ],
    description: 'The HTTP API',
  },
  {
    name: 'timers',
    needsSharp: true,
    memoryMb: 1024,
    timeoutSeconds: 300,
    grants: [
      'records',
      'pictures',
      'faces',
      'live',
      'device-links',
      'device-certificates',
      'claims',
      'device-jobs',
      'device-shadows',
      'timers',
    ],
    description: 'Runs the timer that the scheduler names, for each organization',
  },
  {
    name: 'provisioning-hook',
    needsSharp: false,
    memoryMb: 512,
    // AWS IoT waits no longer.
    timeoutSeconds: 5,
    grants: ['records'],
    description: 'Decides whether a device may register: only what is on an allow-list may',
  },
  {
    name: 'claims',
    needsSharp: false,
    memoryMb: 256,
    timeoutSeconds: 20,
    grants: ['claim-certificates'],
    description: 'Makes claim certificates for the API, and takes them back',
  },
  {
    name: 'token-claims',
    needsSharp: false,
    memoryMb: 256,
    // Cognito waits no longer.
    timeoutSeconds: 5,
    grants: [],
    description: 'Puts organization, role and name into access tokens of the user pool',
  },
  {
    name: 'live-authorizer',
    needsSharp: false,
    memoryMb: 512,
    // AWS IoT waits no longer.
    timeoutSeconds: 5,
    grants: [],
    description: 'Says what of the live feed the bearer of an access token may hear, and until when',
  },
  {
    name: 'organizations',
    needsSharp: false,
    memoryMb: 512,
    timeoutSeconds: 60,
    grants: ['records', 'face-collections'],
    description:
      'Creates and lists organizations, gets them a newer face model; invoked by whoever operates the deployment',
  },
  {
    name: 'replay',
    needsSharp: false,
    memoryMb: 512,
    timeoutSeconds: 300,
    grants: ['replay'],
    description: 'Sends dead letters to the function that they were meant for',
  },
];

/** The rule for lifecycle events of AWS IoT, which come on reserved topics and have no device’s payload. */
export const presenceSql =
  'SELECT eventType, clientId, principalIdentifier, sessionIdentifier, versionNumber, timestamp' +
  " FROM '$aws/events/presence/+/+' WHERE eventType = 'connected' OR eventType = 'disconnected'";
