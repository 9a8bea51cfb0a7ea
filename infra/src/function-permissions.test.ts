import { functionName, functions, type Grant } from '@rollcall/cloud/manifest';
import { describe, expect, it } from 'vitest';
import { type Resource, synthesizeForTests } from './stacks-for-tests.ts';

const { deployment, of, resources } = synthesizeForTests();
const handlers = of('AWS::Lambda::Function');

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const serviceOf: Readonly<Record<Grant, string>> = {
  records: 'dynamodb',
  pictures: 's3',
  'face-search': 'rekognition',
  faces: 'rekognition',
  'face-collections': 'rekognition',
  recognition: 'lambda',
  live: 'iot',
  acks: 'iot',
  'device-links': 'iot',
  'device-jobs': 'iot',
  'device-shadows': 'iot',
  'device-certificates': 'iot',
  claims: 'lambda',
  'claim-certificates': 'iot',
  timers: 'lambda',
  'front-door': 'secretsmanager',
  replay: 'lambda',
};

/** Services whose actions have no resource to name. Source: "Actions, resources, and condition keys", IAM service authorization reference. */
const withoutResources = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'iot:RegisterThing',
  'iot:CreateKeysAndCertificate',
];

describe('what functions may', () => {
  it('is known for each function of the manifest: all of them are there, by the names that they are called by', () => {
    const names = handlers.map(({ properties }) => properties.FunctionName);
    expect(new Set(names)).toEqual(new Set(functions.map(({ name }) => functionName(deployment.prefix, name))));
  });

  it('never is a wildcard of actions', () => {
    for (const { Action } of all()) for (const action of [Action].flat()) expect(action).not.toContain('*');
  });

  it('is everything of a service only where the service has nothing to name', () => {
    for (const { Action, Resource } of all().filter((one) => [one.Resource].flat().includes('*'))) {
      expect(Resource).toBe('*');
      for (const action of [Action].flat()) expect(withoutResources).toContain(action);
    }
  });

  it.each(functions)('of $name is what its grants say: $grants', ({ name, grants }) => {
    const services = new Set(
      statementsOf(name).flatMap(({ Action }) => [Action].flat().map((action) => action.split(':')[0])),
    );
    for (const always of ['xray', 'logs', 'kms', 'sqs']) services.delete(always);
    expect(services).toEqual(new Set(grants.map((grant) => serviceOf[grant])));
  });

  it('never crosses to another deployment: collections, topics and names all carry the prefix', () => {
    const wild = all().flatMap(({ Resource }) => [Resource].flat().map((one) => JSON.stringify(one)));
    for (const resource of wild.filter((one) => /:collection\/|:topic\//.test(one))) {
      expect(resource).toMatch(/collection\/rollcalldev\.\*|topic\/(rollcalldev\/|\$aws\/)/);
    }
  });

  it('is, for pictures, the folders that the function handles', () => {
    expect(folders('capture')).toEqual(['captures']);
    expect(folders('health')).toEqual(['devices']);
    expect(folders('report')).toEqual(['reports']);
    expect(folders('passage')).toEqual([]);
  });

  it('is, for faces, what each does: only who enrolls may change a collection, and only an operator may empty one', () => {
    const search = new Set(['rekognition:CreateCollection', 'rekognition:SearchUsersByImage']);
    expect(new Set(actionsOf('recognize', 'rekognition'))).toEqual(search);
    expect(new Set(actionsOf('upload', 'rekognition'))).toEqual(search);
    const mayDelete = functions.filter(({ name }) =>
      actionsOf(name, 'rekognition').includes('rekognition:DeleteCollection'),
    );
    expect(mayDelete.map(({ name }) => name)).toEqual(['organizations']);
    expect(actionsOf('organizations', 'rekognition')).not.toContain('rekognition:SearchUsersByImage');
  });

  it('is, for jobs of devices, what who asks them needs: to make them, to follow them and to cancel them', () => {
    expect(new Set(jobActionsOf('api'))).toEqual(
      new Set(['iot:CreateJob', 'iot:DescribeJobExecution', 'iot:CancelJobExecution', 'iot:CancelJob']),
    );
    for (const { name } of functions.filter(({ grants }) => !grants.includes('device-jobs'))) {
      expect(jobActionsOf(name)).toEqual([]);
    }
  });

  it('is to be told that a picture is not there, for which S3 wants the right to list, and with no condition', () => {
    const listing = statementsOf('api').filter(({ Action }) => [Action].flat().includes('s3:ListBucket'));
    expect(listing).toHaveLength(1);
    expect(listing[0]?.Condition).toBeUndefined();
  });

  it('is to use the key through the services that keep what it encrypts, never by itself', () => {
    const uses = all().filter(({ Action }) => [Action].flat().some((action) => action.startsWith('kms:')));
    for (const { Condition } of uses) expect(JSON.stringify(Condition)).toContain('kms:ViaService');
  });
});

describe('each function', () => {
  it('runs on the newest Node for arm64, is traced, and has a log that ends', () => {
    for (const { properties } of handlers) {
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
      });
      expect(JSON.stringify(properties.LoggingConfig)).toContain('Log');
    }
    for (const { properties } of of('AWS::Logs::LogGroup')) expect(properties.RetentionInDays).toBe(14);
    const production = synthesizeForTests({ stage: 'prod' });
    for (const { properties } of production.of('AWS::Logs::LogGroup')) expect(properties.RetentionInDays).toBe(90);
  });

  it.each(functions)('$name has the memory, the time and the picture library that the manifest says', (spec) => {
    const properties = handlerOf(spec.name)?.properties;
    expect(properties).toMatchObject({ MemorySize: spec.memoryMb, Timeout: spec.timeoutSeconds });
    expect(properties.Layers === undefined).toBe(!spec.needsSharp);
  });
});

function handlerOf(name: string): Resource | undefined {
  return handlers.find(({ properties }) => properties.FunctionName === `${deployment.prefix}-${name}`);
}

function statementsOf(name: string): Statement[] {
  const role = handlerOf(name)?.properties.Role['Fn::GetAtt'][0];
  const policies = of('AWS::IAM::Policy').filter(({ properties }) =>
    properties.Roles.some((one: { Ref: string }) => one.Ref === role),
  );
  return policies.flatMap(({ properties }) => properties.PolicyDocument.Statement);
}

/** Folders of pictures that a function may write in. */
function folders(name: string): (string | undefined)[] {
  const writes = statementsOf(name).filter(({ Action }) => [Action].flat().includes('s3:PutObject'));
  return writes.flatMap(({ Resource }) =>
    [Resource].flat().map((one) => /\/\*\/(\w+)\/\*/.exec(JSON.stringify(one))?.[1]),
  );
}

/** Of every policy there is, inline ones too. */
function all(): Statement[] {
  const inline = of('AWS::IAM::Role').flatMap(({ properties }) => properties.Policies ?? []);
  expect(of('AWS::IAM::Role').flatMap(({ properties }) => properties.ManagedPolicyArns ?? [])).toEqual([]);
  const policies = resources.filter(({ type }) => type === 'AWS::IAM::Policy').map(({ properties }) => properties);
  return [...policies, ...inline].flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

function jobActionsOf(name: (typeof functions)[number]['name']): string[] {
  return actionsOf(name, 'iot').filter((action) => action.includes('Job'));
}

function actionsOf(name: (typeof functions)[number]['name'], service: string): string[] {
  const actions = statementsOf(name).flatMap(({ Action }) => [Action].flat());
  return actions.filter((action) => action.startsWith(`${service}:`));
}
