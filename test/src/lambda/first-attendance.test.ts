import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CertificateAuthority } from '@rollcall/cloud/adapters/local/certificate-authority';
import { defaultThresholds } from '@rollcall/cloud/domain/match-policy';
import { functions } from '@rollcall/cloud/manifest';
import { systemClock } from '@rollcall/kit/clock';
import { synthesizeForTests } from '@rollcall/infra/stacks-for-tests';
import { connectAsync, type IClientOptions } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IotCore } from '../aws/iot-core.ts';
import { IotEmulator } from '../aws/iot-emulator.ts';
import { portrait } from '../contract/face-pictures.ts';
import { prepareDoor, stillCamera } from '../fleet/prepared-door.ts';
import { passageOf } from '../site/door-messages.ts';
import { LoneAgent } from '../site/lone-agent.ts';
import { until } from '../site/start-site.ts';
import { askApi } from './cloud-api.ts';
import { FrontDoorServer } from './front-door-server.ts';
import { lambdaApi } from './lambda-api.ts';
import { rollcall } from './operator.ts';
import type { RecordingServer } from './recording-server.ts';
import { type Cloud, startCloud } from './start-cloud.ts';

const man = (column: number) => ({ row: 0, column });

/** What camera-1 of the organization north may not hear: another organization, another device, what browsers hear. */
const othersToHear = [
  'rollcall/south/camera-1/ack',
  'rollcall/north/camera-2/ack',
  'rollcall/north/live/sighting',
  'rollcall/north/+/ack',
  'rollcall/#',
  '$aws/things/camera-2/shadow/name/config/get/accepted',
  '$aws/things/camera-2/jobs/notify',
];
/** Nor say: in another's name, to another stage, as the cloud, or as AWS IoT. */
const othersToSay = [
  '$aws/rules/rollcall_capture/south/camera-1',
  '$aws/rules/rollcall_capture/north/camera-2',
  '$aws/rules/rollcall_health/south/camera-1',
  '$aws/rules/rollcall_report/south/camera-1',
  '$aws/rules/rollcalldev_capture/north/camera-1',
  'rollcall/north/camera-1/ack',
  'rollcall/south/live/sighting',
  '$aws/things/camera-2/jobs/start-next',
  '$aws/things/camera-2/shadow/name/config/update',
  '$aws/events/presence/connected/camera-2',
  '$aws/provisioning-templates/rollcall/provision/json',
];

/** The steps of docs/aws.md after the deployment: a real agent and real commands, by the templates and the bundles of the deployment. */
describe('from a deployment to the first attendance', () => {
  const { of } = synthesizeForTests({ stage: 'prod' });
  const rest = new IotEmulator();
  let folder: string;
  let ca: CertificateAuthority;
  let cloud: Cloud;
  let core: IotCore;
  let port: number;
  let lambda: RecordingServer;
  let frontDoor: FrontDoorServer;
  let agent: LoneAgent | undefined;
  /** What the operator's shell has. */
  let environment: Record<string, string>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-first-'));
    ca = await CertificateAuthority.open(join(folder, 'ca'), systemClock);
    const endpoint = await rest.start();
    cloud = await startCloud({
      AWS_ENDPOINT_URL_IOT: endpoint,
      ROLLCALL_IOT_ENDPOINT: endpoint,
      ROLLCALL_LIVE_URL: 'wss://127.0.0.1/mqtt',
    });
    core = new IotCore({ of, rest, ca, invoke: (name, event) => cloud.invoke(named(name), event) });
    port = await core.start();
    lambda = lambdaApi(cloud);
    frontDoor = new FrontDoorServer(cloud);
    const url = await frontDoor.start();
    environment = { ...cloud.environment, AWS_ENDPOINT_URL_LAMBDA: await lambda.start(), ROLLCALL_URL: url };
  });
  afterAll(async () => {
    await agent?.kill();
    await core.stop();
    await frontDoor.stop();
    await lambda.stop();
    await cloud.stop();
    await rest.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const type = async (...words: string[]) => {
    const end = await rollcall(words, environment, folder);
    if (end.code !== 0) throw new Error(`rollcall ${words.join(' ')} ended with ${end.code}: ${end.out}${end.err}`);
    return end.out;
  };
  const ownFiles = () => join(folder, 'card', 'rollcall');
  const ask = async (path: string) =>
    (await askApi(cloud, { 'x-api-key': environment['ROLLCALL_KEY'] ?? '' }, 'GET', path)).body;

  it('an organization, its key, and people with their photos', async () => {
    await type('organization', 'create', 'north', '--name', 'North Campus', '--time-zone', 'Europe/Dublin');
    environment['ROLLCALL_KEY'] = (await type('organization', 'key', 'north')).trim();
    await type('doctor');
    // The emulator's similarities are the embedded models', and so is what they mean.
    const key = { 'x-api-key': environment['ROLLCALL_KEY'] };
    await askApi(cloud, key, 'PATCH', '/v1/organization', { thresholds: defaultThresholds });
    await mkdir(join(folder, 'photos'));
    await writeFile(join(folder, 'photos', 'S-1.jpg'), await portrait(man(0)));
    await writeFile(
      join(folder, 'people.csv'),
      'externalId,name,consentPolicy,consentGrantedAt,consentBy\nS-1,Ada,1,2026-01-01T08:00:00Z,Ada\n',
    );
    await type('people', 'import', 'people.csv', '--photos', 'photos/');
    expect(await ask('/v1/people')).toMatchObject({ items: [{ externalId: 'S-1', photoCount: 1 }] });
  });

  it('a camera that is prepared by one command registers by itself, and what it saw is in the register', async () => {
    rest.identities.prepared.push(await ca.claim());
    await mkdir(join(folder, 'card'));
    await type('device', 'prepare', 'camera-1', '--boot', 'card', '--door', 'door-1', '--camera', stillCamera);
    await trustEmulator(ownFiles(), ca, port);
    const { captures, passage } = passageOf([await portrait(man(4))]);
    await prepareDoor(ownFiles(), [...captures, passage]);
    agent = LoneAgent.startAgain(ownFiles());
    await until('nothing waits', async () => (await agent?.outbox())?.length === 0, 60_000);
    const register = await until('the attendance', async () => {
      const text = await type('export', 'attendance');
      return text.includes('present') && text;
    });
    expect(register).toMatch(/Ada.*present.*door-1/);
    expect(await ask('/v1/devices/camera-1')).toMatchObject({ state: 'active', online: true });
    expect({ denied: core.denied, failures: core.failures }).toEqual({ denied: [], failures: [] });
  });

  it('with its certificate one may nothing in the name of another device, or organization', async () => {
    const device = await identityOf(ownFiles());
    for (const clientId of ['camera-2', 'claim-camera-2']) {
      await expect(connect({ ...device, clientId })).rejects.toThrow(/not authorized/i);
    }
    await agent?.stop();
    const before = core.denied.length;
    for (const filter of othersToHear) {
      const client = await connect({ ...device, clientId: 'camera-1' });
      await expect(client.subscribeAsync(filter)).rejects.toThrow(/subscribe error/i);
      await client.endAsync(true);
    }
    for (const topic of othersToSay) {
      const client = await connect({ ...device, clientId: 'camera-1' });
      const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
      await Promise.race([client.publishAsync(topic, '{}', { qos: 1 }).catch(() => {}), closed]);
      await client.endAsync(true);
    }
    expect(core.denied.slice(before)).toEqual([
      ...othersToHear.map((filter) => `subscribe ${filter}`),
      ...othersToSay.map((topic) => `publish ${topic}`),
    ]);
  });

  it('a camera that is revoked is cut off, and not let in again', async () => {
    agent = LoneAgent.startAgain(ownFiles());
    await until('it is back', async () => JSON.stringify(await ask('/v1/devices/camera-1')).includes('"online":true'));
    await type('device', 'revoke', 'camera-1');
    await until('it is refused', () => (agent?.logged('connect-failed').length ?? 0) > 0);
    expect(await ask('/v1/devices/camera-1')).toMatchObject({ state: 'revoked', online: false });
  });

  function connect(options: IClientOptions) {
    const defaults = { ca: ca.certificatePem, protocolVersion: 5 as const, reconnectPeriod: 0, connectTimeout: 5_000 };
    return connectAsync(`mqtts://127.0.0.1:${port}`, { ...defaults, ...options });
  }
});

/** A function of the manifest. */
function named(name: string) {
  const found = functions.find((one) => one.name === name);
  if (!found) throw new Error(`the manifest has no function ${name}`);
  return found.name;
}

/** What is different from AWS: the port, and who signs the broker's certificate. */
async function trustEmulator(target: string, ca: CertificateAuthority, port: number): Promise<void> {
  const file = join(target, 'agent.json');
  const config = JSON.parse(await readFile(file, 'utf8'));
  await cp(ca.certificateFile, join(target, 'ca.pem'));
  const mqtt = { ...config.mqtt, host: '127.0.0.1', port, caFile: 'ca.pem' };
  await writeFile(file, JSON.stringify({ ...config, mqtt, heartbeatMs: 1_000 }));
}

async function identityOf(target: string) {
  const file = (name: string) => readFile(join(target, name));
  return { cert: await file('device.pem'), key: await file('device.key') };
}
