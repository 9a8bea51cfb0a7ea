import { type CloudFunction, functionName, type Grant } from '@rollcall/cloud/manifest';
import { configShadow } from '@rollcall/contract/topics';
import { tableSchema } from '@rollcall/contract/table-schema';
import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Permission } from './acknowledge.ts';
import type { Deployment } from './deployment.ts';
import type { StorageStack } from './storage-stack.ts';

/** What permissions name. */
export interface PermissionTargets {
  readonly deployment: Deployment;
  readonly storage: StorageStack;
  /** ARN of the secret by which CloudFront shows itself, for the function that asks for it. */
  readonly frontDoorSecret?: string;
}

type Granting = (targets: PermissionTargets, stack: Stack, of: CloudFunction) => Permission[];

/** What a function may do: what its grants in the manifest say, and nothing else. Each list of actions is what the adapter calls. */
export function permissionsOf(targets: PermissionTargets, stack: Stack, of: CloudFunction): Permission[] {
  const own = of.grants.flatMap((grant) => granted[grant](targets, stack, of));
  const trace = allow('xray', ['PutTraceSegments', 'PutTelemetryRecords'], ['*']);
  return [
    ...own,
    ...encryption(targets, of),
    { statement: trace, wildcard: 'X-Ray takes traces for the account: it has no resources to name' },
  ];
}

const granted: Readonly<Record<Grant, Granting>> = {
  records: ({ storage }, stack) => {
    const table = arn(stack, 'dynamodb', `table/${storage.recordsName}`);
    const indexes = tableSchema.indexes.map(({ name }) => `${table}/index/${name}`);
    const whole = ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'];
    return [
      { statement: allow('dynamodb', whole, [table]) },
      { statement: allow('dynamodb', ['Query'], [table, ...indexes]) },
    ];
  },
  pictures: ({ storage }, stack, { name }) => {
    const folders = picturesOf[name] ?? [];
    const bucket = `arn:${stack.partition}:s3:::${storage.picturesName}`;
    const objects = folders.map((folder) => `${bucket}/*/${folder}/*`);
    const versions = allow('s3', ['ListBucketVersions'], [bucket]);
    versions.addCondition('StringLike', { 's3:prefix': folders.map((folder) => `*/${folder}/*`) });
    // Who may not list is told 403 for a picture that is not there, where 404 is meant; asking for a picture names no prefix.
    const listed = allow('s3', ['ListBucket'], [bucket]);
    return [
      {
        statement: allow('s3', ['DeleteObject', 'DeleteObjectVersion', 'GetObject', 'PutObject'], objects),
        wildcard: 'One folder in each organization; which organization it is, is known by the request alone',
      },
      { statement: versions },
      { statement: listed },
    ];
  },
  'face-search': ({ deployment }, stack) => [inCollections(deployment, stack, searchActions)],
  faces: ({ deployment }, stack) => [inCollections(deployment, stack, [...searchActions, ...enrollmentActions])],
  'face-collections': ({ deployment }, stack) => [
    inCollections(deployment, stack, ['CreateCollection', 'DeleteCollection']),
  ],
  recognition: ({ deployment }, stack) => [
    {
      statement: allow(
        'lambda',
        ['InvokeFunction'],
        [arn(stack, 'lambda', `function:${functionName(deployment.prefix, 'recognize')}`)],
      ),
    },
  ],
  live: ({ deployment }, stack) => [
    { statement: publish(stack, `${deployment.prefix}/*/live/*`), wildcard: 'The live topics of each organization' },
  ],
  acks: ({ deployment }, stack) => [
    { statement: publish(stack, `${deployment.prefix}/*/*/ack`), wildcard: 'The ack topic of each device' },
  ],
  'device-links': (_targets, stack) => {
    const wildcard = 'Any device may be revoked; certificates and clients are made by registering, not here';
    return [
      { statement: allow('iot', ['UpdateCertificate'], [arn(stack, 'iot', 'cert/*')]), wildcard },
      { statement: allow('iot', ['DeleteConnection'], [arn(stack, 'iot', 'client/*')]), wildcard },
    ];
  },
  'device-jobs': (_targets, stack) => {
    const wildcard = 'Any device may be asked to do something; each job has an id of its own';
    const [job, thing] = [arn(stack, 'iot', 'job/*'), arn(stack, 'iot', 'thing/*')];
    return [
      { statement: allow('iot', ['CancelJobExecution', 'CreateJob', 'DescribeJobExecution'], [job, thing]), wildcard },
      { statement: allow('iot', ['CancelJob'], [job]), wildcard },
      { statement: allow('iot', ['DescribeThing'], [thing]), wildcard },
    ];
  },
  'device-shadows': (_targets, stack) => [
    {
      statement: allow(
        'iot',
        ['DeleteThingShadow', 'GetThingShadow', 'UpdateThingShadow'],
        [arn(stack, 'iot', `thing/*/${configShadow}`)],
      ),
      wildcard: 'Any device may be set up from afar; things are made by registering, not here',
    },
  ],
  timers: ({ deployment }, stack) => [
    {
      statement: allow(
        'lambda',
        ['InvokeFunction'],
        [arn(stack, 'lambda', `function:${functionName(deployment.prefix, 'timers')}`)],
      ),
    },
  ],
  'front-door': ({ frontDoorSecret }) => {
    if (frontDoorSecret === undefined) throw new Error('the grant front-door wants its secret');
    return [{ statement: allow('secretsmanager', ['GetSecretValue'], [frontDoorSecret]) }];
  },
  'device-certificates': (_targets, stack) => {
    const wildcard = 'Any device may be replaced; certificates and things are made by registering, not here';
    const certificates = ['DeleteCertificate', 'DescribeCertificate', 'DetachThingPrincipal', 'UpdateCertificate'];
    return [
      { statement: allow('iot', certificates, [arn(stack, 'iot', 'cert/*')]), wildcard },
      { statement: allow('iot', ['DeleteThing', 'DetachThingPrincipal'], [arn(stack, 'iot', 'thing/*')]), wildcard },
    ];
  },
  claims: ({ deployment }, stack) => [
    {
      statement: allow(
        'lambda',
        ['InvokeFunction'],
        [arn(stack, 'lambda', `function:${functionName(deployment.prefix, 'claims')}`)],
      ),
    },
  ],
  'claim-certificates': (_targets, stack) => [
    {
      statement: allow('iot', ['CreateKeysAndCertificate'], ['*']),
      wildcard: 'CreateKeysAndCertificate has no resource to name',
    },
    {
      statement: allow(
        'iot',
        ['AttachPolicy', 'DeleteCertificate', 'UpdateCertificate'],
        [arn(stack, 'iot', 'cert/*')],
      ),
      wildcard: 'IAM knows a certificate by an id that is not there before it is made',
    },
  ],
  replay: ({ deployment, storage }, stack) => [
    {
      statement: allow(
        'sqs',
        ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'],
        [storage.deadLetters.queueArn],
      ),
    },
    { statement: allow('lambda', ['InvokeFunction'], replayable(deployment, stack)) },
  ],
};

/** Folders of an organization whose pictures a function handles: `ImageKey`. */
const picturesOf: Readonly<Partial<Record<CloudFunction['name'], readonly string[]>>> = {
  capture: ['captures'],
  recognize: ['captures'],
  upload: ['captures'],
  health: ['devices'],
  report: ['reports'],
  api: ['captures', 'devices', 'photos', 'reports'],
  timers: ['captures', 'devices', 'photos', 'reports'],
};

/** Whoever finds no collection makes it. */
const searchActions = ['CreateCollection', 'SearchUsersByImage'];

const enrollmentActions = [
  'AssociateFaces',
  'CreateUser',
  'DeleteFaces',
  'DeleteUser',
  'DescribeCollection',
  'DisassociateFaces',
  'IndexFaces',
  'ListFaces',
];

function inCollections({ prefix }: Deployment, stack: Stack, actions: readonly string[]): Permission {
  // The dot is in no prefix and in no organization's id: see `collectionId`.
  const statement = allow('rekognition', actions, [arn(stack, 'rekognition', `collection/${prefix}.*`)]);
  return { statement, wildcard: 'A collection for each organization of this deployment, made when it is first needed' };
}

/** The key of what it reads and writes, through the service that keeps it, never by itself. */
function encryption({ deployment, storage }: PermissionTargets, { grants }: CloudFunction): Permission[] {
  const keepers: readonly (readonly [Grant, string])[] = [
    ['records', 'dynamodb'],
    ['pictures', 's3'],
    ['replay', 'sqs'],
  ];
  const services = keepers.flatMap(([grant, service]) => (grants.includes(grant) ? [service] : []));
  if (services.length === 0) return [];
  const use = allow('kms', ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey'], [storage.key.keyArn]);
  const via = services.map((service) => `${service}.${deployment.region}.amazonaws.com`);
  use.addCondition('StringEquals', { 'kms:ViaService': via });
  return [{ statement: use }];
}

/** Whoever leaves dead letters that may be sent again: see `replayTarget`. */
function replayable({ prefix }: Deployment, stack: Stack): string[] {
  const names = ['capture', 'recognize', 'passage', 'health', 'report', 'presence', 'upload'] as const;
  return names.map((name) => arn(stack, 'lambda', `function:${functionName(prefix, name)}`));
}

function publish(stack: Stack, topic: string): PolicyStatement {
  return allow('iot', ['Publish'], [arn(stack, 'iot', `topic/${topic}`)]);
}

function arn(stack: Stack, service: string, resource: string): string {
  return `arn:${stack.partition}:${service}:${stack.region}:${stack.account}:${resource}`;
}

function allow(service: string, actions: readonly string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions: actions.map((action) => `${service}:${action}`), resources });
}
