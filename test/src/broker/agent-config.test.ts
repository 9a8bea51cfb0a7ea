import { IotConfigShadow } from '@rollcall/agent/adapters/iot-config-shadow';
import { IotPublisher } from '@rollcall/agent/adapters/iot-publisher';
import { startTestBroker, type TestBroker } from '@rollcall/cloud/adapters/local/site-broker-for-tests';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { configShadowTopic } from '@rollcall/contract/topics';
import { silentLog } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import { iotshadow, mqtt5 } from 'aws-iot-device-sdk-v2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

const org = OrganizationId.parse('main');
const device = DeviceId.parse('camera-1');

describe('the config shadow through the AWS IoT Device SDK, as the agent uses it, against the site broker', () => {
  let test: TestBroker;
  let credentials: { cert: string; key: string };
  let publisher: IotPublisher;
  let shadow: IotConfigShadow;
  let changes = 0;

  beforeAll(async () => {
    test = await startTestBroker();
    credentials = await test.device(device);
  });
  afterAll(() => test.stop());

  beforeEach(async () => {
    await test.broker.shadows.delete(org, device);
    const { cert: certificatePem, key: privateKeyPem } = credentials;
    const mqtt = { host: '127.0.0.1', port: test.port, caPem: test.ca.certificatePem, certificatePem, privateKeyPem };
    publisher = new IotPublisher({ mqtt, prefix: 'rollcall', org, device, timer: systemTimer, log: silentLog });
    shadow = new IotConfigShadow({ client: publisher.client, device, log: silentLog });
    changes = 0;
    shadow.onChange(() => changes++);
    publisher.start();
    // It says so once it hears what changes.
    await vi.waitUntil(() => publisher.online && changes > 0, 60_000);
  });
  afterEach(async () => {
    shadow.close();
    await publisher.stop();
  });

  it('is not there at first, and then what was reported', async () => {
    expect(await shadow.get()).toBeUndefined();
    await shadow.report({ a: 1, b: { c: [1] } });
    expect(await shadow.get()).toEqual({ desired: undefined, reported: { a: 1, b: { c: [1] } } });
    await shadow.report({ a: null });
    expect(await test.broker.shadows.get(org, device)).toMatchObject({ reported: { b: { c: [1] } } });
  });

  it('tells when something is wanted, and when it is deleted', async () => {
    const before = changes;
    await test.broker.shadows.setDesired(org, device, { a: 1 }, undefined);
    await vi.waitFor(() => expect(changes).toBeGreaterThan(before));
    expect(await shadow.get()).toEqual({ desired: { a: 1 }, reported: undefined });
    const then = changes;
    await publisher.client.publish({
      topicName: `${configShadowTopic(device)}/delete`,
      qos: mqtt5.QoS.AtLeastOnce,
      payload: '',
    });
    await vi.waitFor(() => expect(changes).toBeGreaterThan(then));
    expect(await shadow.get()).toBeUndefined();
  });

  it('refuses what is too large, in words', async () => {
    await expect(shadow.report({ a: 'x'.repeat(9_000) })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining('exceeds the maximum size allowed (413)'),
    });
  });

  it('is answered to the SDK’s own client, with versions, deltas and documents', async () => {
    const names = { thingName: device, shadowName: 'config' };
    const client = iotshadow.IotShadowClientv2.newFromMqtt5(publisher.client, {
      maxRequestResponseSubscriptions: 6,
      maxStreamingSubscriptions: 2,
      operationTimeoutInSeconds: 10,
    });
    const deltas: object[] = [];
    const stream = client.createNamedShadowDeltaUpdatedStream(names);
    const listens = new Promise<void>((resolve) => stream.on('subscriptionStatus', () => resolve()));
    stream.on('incomingPublish', ({ message }) => deltas.push(message));
    stream.open();
    await listens;
    const first = await client.updateNamedShadow({ ...names, state: { desired: { a: 1 } } });
    expect(first).toMatchObject({ version: 1, state: { desired: { a: 1 } }, clientToken: expect.any(String) });
    await vi.waitFor(() => expect(deltas).toMatchObject([{ version: 1, state: { a: 1 } }]));
    await expect(
      client.updateNamedShadow({ ...names, version: 9, state: { desired: { a: 2 } } }),
    ).rejects.toMatchObject({
      modeledError: { code: 409, message: 'Version conflict' },
    });
    expect(await client.deleteNamedShadow(names)).toMatchObject({ version: 1 });
    await expect(client.getNamedShadow(names)).rejects.toMatchObject({ modeledError: { code: 404 } });
    // The shadow without a name is nobody’s here: its topics are not the device’s.
    await expect(client.getShadow({ thingName: device })).rejects.toThrow(Error);
    client.close();
  });
});
