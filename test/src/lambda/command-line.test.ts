import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askApi } from './cloud-api.ts';
import { lambdaApi } from './lambda-api.ts';
import { rollcall as run } from './operator.ts';
import type { RecordingServer } from './recording-server.ts';
import { type Cloud, startCloud } from './start-cloud.ts';

describe('the command line against a deployment on AWS', () => {
  let cloud: Cloud;
  let environment: Record<string, string>;
  let lambda: RecordingServer;
  beforeAll(async () => {
    cloud = await startCloud();
    lambda = lambdaApi(cloud);
    environment = { ...cloud.environment, AWS_ENDPOINT_URL_LAMBDA: await lambda.start() };
  });
  afterAll(async () => {
    await cloud.stop();
    await lambda.stop();
  });

  const rollcall = (args: readonly string[], env = environment) => run(args, env);

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
