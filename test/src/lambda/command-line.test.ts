import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { functions, functionName } from '@rollcall/cloud/manifest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askApi } from './cloud-api.ts';
import { RecordingServer, type Recorded, type Said } from './recording-server.ts';
import { type Cloud, startCloud } from './start-cloud.ts';

const main = fileURLToPath(new URL('../../../cloud/src/cli/main.ts', import.meta.url));

describe('the command line against a deployment on AWS', () => {
  let cloud: Cloud;
  let environment: Record<string, string>;
  /** Lambda's API, before the bundles. */
  const lambda = new RecordingServer((request) => invoke(cloud, request));
  beforeAll(async () => {
    cloud = await startCloud();
    environment = { ...cloud.environment, AWS_ENDPOINT_URL_LAMBDA: await lambda.start() };
  });
  afterAll(async () => {
    await cloud.stop();
    await lambda.stop();
  });

  const rollcall = (args: readonly string[], env = environment) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const child = execFile(process.execPath, [main, ...args], { env }, (_, out, err) =>
        resolve({ code: child.exitCode ?? 0, out, err }),
      );
    });

  it('makes an organization, with a key that its API takes', async () => {
    const create = ['organization', 'create', 'north', '--name', 'North School', '--time-zone', 'Europe/Berlin'];
    expect(await rollcall(create)).toEqual({
      code: 0,
      out: 'north is there: North School, Europe/Berlin.\n',
      err: '',
    });
    expect(await rollcall(create)).toMatchObject({ code: 1, err: expect.stringContaining('already') });
    const { out: key } = await rollcall(['organization', 'key', 'north']);
    const answer = await askApi(cloud, { 'x-api-key': key.trim() }, 'GET', '/v1/organization');
    expect(answer.body).toMatchObject({ id: 'north', name: 'North School', timeZone: 'Europe/Berlin' });
    expect((await rollcall(['organization', 'list'])).out).toMatch(/^ORGANIZATION +SINCE\nnorth +\d{4}-/);
  });

  it('says what was wrong with what it was given', async () => {
    const { code, err } = await rollcall(['organization', 'create', 'North School']);
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('a-z') });
    const elsewhere = await rollcall(['organization', 'list', '--prefix', 'other']);
    expect(elsewhere).toMatchObject({ code: 78, err: expect.stringContaining('other-organizations') });
    const nowhere = await rollcall(['replay'], { PATH: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true' });
    expect(nowhere).toMatchObject({ code: 78, err: expect.stringContaining('AWS_REGION') });
  });
});

/** Source: "Invoke", AWS Lambda API reference. */
async function invoke(cloud: Cloud, { path, body }: Recorded): Promise<Said> {
  const name = path.split('/')[3];
  const spec = functions.find((one) => functionName('rollcall', one.name) === name);
  if (!spec) {
    const headers = { 'x-amzn-errortype': 'ResourceNotFoundException' };
    return { status: 404, headers, body: { Type: 'User', Message: `Function not found: ${name}` } };
  }
  try {
    return { status: 200, body: (await cloud.invoke(spec.name, JSON.parse(body))) ?? null };
  } catch (error) {
    const { name: errorType, message: errorMessage } = error instanceof Error ? error : new Error(String(error));
    return { status: 200, headers: { 'x-amz-function-error': 'Unhandled' }, body: { errorType, errorMessage } };
  }
}
