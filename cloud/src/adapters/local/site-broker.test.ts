import { DeviceId } from '@rollcall/contract/ids';
import { maxPayloadBytes } from '@rollcall/contract/topics';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { revokeDevice } from '../../domain/revoke-device.ts';
import { CertificateAuthority } from './certificate-authority.ts';
import {
  closed,
  goodbyeOf,
  type Credentials,
  nextMessage,
  org,
  startTestBroker,
  type TestBroker,
} from './site-broker-for-tests.ts';

const id = (name: string) => DeviceId.parse(name);
const captureOf = (device: string) => `$aws/rules/rollcall_capture/main/${device}`;

describe('the site broker', () => {
  let test: TestBroker;
  let camera: Credentials;
  let other: Credentials;

  beforeAll(async () => {
    test = await startTestBroker();
    camera = await test.device('camera-1');
    other = await test.device('camera-2');
  });
  afterAll(() => test.stop());

  describe.each([5, 4] as const)('with MQTT version %i', (protocolVersion) => {
    const connect = (credentials: Credentials, clientId: string) =>
      test.connect(credentials, clientId, { protocolVersion });

    it('hands what a device publishes on its own rules to the handler of the rule', async () => {
      const client = await connect(camera, 'camera-1');
      test.messages.length = 0;
      await client.publishAsync(captureOf('camera-1'), 'a capture', { qos: 1 });
      await client.publishAsync('$aws/rules/rollcall_passage/main/camera-1', 'a passage', { qos: 1 });
      await client.publishAsync('$aws/rules/rollcall_health/main/camera-1', 'health', { qos: 0 });
      await vi.waitFor(() => expect(test.messages).toHaveLength(3));
      expect(test.messages.map((m) => [m.handler, m.org, m.deviceId, Buffer.from(m.payload).toString()])).toEqual([
        ['accept-capture', 'main', 'camera-1', 'a capture'],
        ['accept-passage', 'main', 'camera-1', 'a passage'],
        ['record-heartbeat', 'main', 'camera-1', 'health'],
      ]);
      await client.endAsync();
    });

    it('acks to the device that sent it and to nobody else', async () => {
      const [client, stranger] = [await connect(camera, 'camera-1'), await connect(other, 'camera-2')];
      await client.subscribeAsync('rollcall/main/camera-1/ack', { qos: 1 });
      await stranger.subscribeAsync('rollcall/main/camera-2/ack', { qos: 1 });
      const heard: string[] = [];
      stranger.on('message', (topic) => heard.push(topic));
      const answer = nextMessage(client, '/ack');
      await test.broker.publishAck(org, id('camera-1'), { id: 'a', status: 'stored' });
      expect((await answer).body).toEqual({ id: 'a', status: 'stored' });
      await test.broker.publishAck(org, id('camera-2'), { id: 'b', status: 'stored' });
      await vi.waitFor(() => expect(heard).toEqual(['rollcall/main/camera-2/ack']));
      await Promise.all([client.endAsync(), stranger.endAsync()]);
    });

    it.each([
      ['another device’s acks', 'rollcall/main/camera-2/ack'],
      ['all acks of its organization', 'rollcall/main/+/ack'],
      ['everything', '#'],
      ['the live feed', 'rollcall/main/live/#'],
      ['another organization', 'rollcall/other/camera-1/ack'],
      ['what others publish', '$aws/rules/rollcall_capture/main/+'],
      ['the broker’s own topics', '$SYS/#'],
    ])('does not let a device subscribe to %s', async (_, filter) => {
      const client = await connect(camera, 'camera-1');
      await expect(client.subscribeAsync(filter, { qos: 1 })).rejects.toThrow('Subscribe error');
      expect(test.logged).toContainEqual({
        event: 'subscribe-denied',
        fields: expect.objectContaining({ clientId: 'camera-1', topic: filter }),
      });
      await client.endAsync();
    });
  });

  it.each([
    ['in another device’s name', captureOf('camera-2')],
    ['for another organization', '$aws/rules/rollcall_capture/other/camera-1'],
    ['on a rule that does not exist', '$aws/rules/rollcall_nothing/main/camera-1'],
    ['acks', 'rollcall/main/camera-1/ack'],
    ['on the live feed', 'rollcall/main/live/sighting'],
  ])('does not let a device publish %s: MQTT 5 is told so, MQTT 3.1.1 disconnected', async (_, topic) => {
    test.messages.length = 0;
    const client = await test.connect(camera, 'camera-1');
    await expect(client.publishAsync(topic, 'x', { qos: 1 })).rejects.toMatchObject({ code: 135 });
    expect(client.connected).toBe(true);
    await client.publishAsync(captureOf('camera-1'), 'still welcome', { qos: 1 });
    await client.endAsync();
    const older = await test.connect(camera, 'camera-1', { protocolVersion: 4 });
    older.publish(topic, 'x', { qos: 1 });
    await closed(older);
    expect(test.messages).toHaveLength(1);
  });

  it('knows neither retained messages nor QoS 2', async () => {
    const client = await test.connect(camera, 'camera-1');
    await expect(client.publishAsync(captureOf('camera-1'), 'x', { qos: 1, retain: true })).rejects.toMatchObject({
      code: 135,
    });
    await expect(client.publishAsync(captureOf('camera-1'), 'x', { qos: 2 })).rejects.toMatchObject({ code: 135 });
    await client.endAsync();
  });

  describe('a payload over 128 KB', () => {
    it.each([
      ['just over it', maxPayloadBytes + 1],
      ['far over it, before all of it has come', 64 * 1024 * 1024],
    ])('ends the connection, %s', async (_, bytes) => {
      test.messages.length = 0;
      const before = test.broker.counts.oversized;
      const client = await test.connect(camera, 'camera-1', { protocolVersion: 4 });
      client.publish(captureOf('camera-1'), Buffer.alloc(bytes, 65), { qos: 1 });
      await closed(client);
      expect(test.broker.counts.oversized).toBe(before + 1);
      expect(test.messages).toHaveLength(0);
      expect(test.logged.some((line) => line.event === 'message-too-large')).toBe(true);
    });

    it('is told to MQTT 5 clients as reason 149', async () => {
      const client = await test.connect(camera, 'camera-1');
      const goodbye = goodbyeOf(client);
      client.publish(captureOf('camera-1'), Buffer.alloc(maxPayloadBytes + 1, 65), { qos: 1 }, () => {});
      expect(await goodbye).toMatchObject({ reasonCode: 149 });
      await closed(client);
    });

    it('is one byte more than what is taken', async () => {
      test.messages.length = 0;
      const client = await test.connect(camera, 'camera-1');
      await client.publishAsync(captureOf('camera-1'), Buffer.alloc(maxPayloadBytes, 65), { qos: 1 });
      await vi.waitFor(() => expect(test.messages[0]?.payload).toHaveLength(maxPayloadBytes));
      await client.endAsync();
    });
  });

  describe('refuses', () => {
    it('a client without a certificate', async () => {
      await expect(test.connect({}, 'camera-1')).rejects.toThrow(/certificate required|ECONNRESET|closed|hang up/);
    });

    it('a certificate of another CA', async () => {
      const elsewhere = await CertificateAuthority.open(`${test.folder}/elsewhere`, test.clock);
      const { certificatePem: cert, privateKeyPem: key } = await elsewhere.claim();
      await expect(test.connect({ cert, key }, 'camera-1')).rejects.toThrow(/unknown ca|ECONNRESET|closed|hang up/);
      await vi.waitFor(() => expect(test.logged.some((line) => line.event === 'tls-refused')).toBe(true));
    });

    it('a certificate of its own CA that was never registered', async () => {
      const { certificatePem: cert, privateKeyPem: key } = await test.ca.claim();
      await expect(test.connect({ cert, key }, 'camera-1')).rejects.toMatchObject({ code: 135 });
      expect(refusals(test)).toContainEqual(expect.objectContaining({ code: 'unknown-certificate' }));
    });

    it('another client id than the thing’s name', async () => {
      await expect(test.connect(camera, 'camera-2')).rejects.toMatchObject({ code: 133 });
      await expect(test.connect(camera, 'camera-2', { protocolVersion: 4 })).rejects.toMatchObject({ code: 2 });
      expect(refusals(test)).toContainEqual(expect.objectContaining({ code: 'wrong-client-id', clientId: 'camera-2' }));
    });

    it('client ids that name what every object has', async () => {
      for (const name of ['constructor', '__proto__', 'toString', '']) {
        await expect(test.connect(camera, name)).rejects.toMatchObject({ code: 133 });
        await expect(test.connect(test.claim, name).then((client) => client.endAsync())).resolves.toBeUndefined();
      }
    });

    it('a revoked device, and closes the connection that it has', async () => {
      const credentials = await test.device('camera-9');
      const client = await test.connect(credentials, 'camera-9');
      await client.publishAsync(captureOf('camera-9'), 'x', { qos: 1 });
      const goodbye = goodbyeOf(client);
      await revokeDevice({ devices: test.devices, links: test.broker }, org, id('camera-9'));
      expect(await goodbye).toMatchObject({ reasonCode: 135 });
      await closed(client);
      await expect(test.connect(credentials, 'camera-9')).rejects.toMatchObject({ code: 135 });
      expect(refusals(test)).toContainEqual(
        expect.objectContaining({
          code: 'revoked-certificate',
          reason: 'the certificate of device camera-9 was revoked',
        }),
      );
    });

    it('a device that was removed', async () => {
      const credentials = await test.device('camera-8');
      await test.devices.delete(org, id('camera-8'));
      await expect(test.connect(credentials, 'camera-8')).rejects.toMatchObject({ code: 135 });
      expect(refusals(test)).toContainEqual(expect.objectContaining({ code: 'unknown-device' }));
    });
  });

  it('lets a second connection with the same client id take over', async () => {
    const first = await test.connect(camera, 'camera-1');
    const goodbye = goodbyeOf(first);
    const second = await test.connect(camera, 'camera-1');
    expect(await goodbye).toMatchObject({ reasonCode: 142 });
    await second.publishAsync(captureOf('camera-1'), 'x', { qos: 1 });
    expect(await test.broker.online(org, [id('camera-1')])).toEqual(new Set(['camera-1']));
    await second.endAsync();
  });

  it('says who is online, keeps when a device was last seen, and tells the live feed', async () => {
    test.events.length = 0;
    const client = await test.connect(camera, 'camera-1');
    const both = [id('camera-1'), id('camera-2')];
    expect(await test.broker.online(org, both)).toEqual(new Set(['camera-1']));
    await vi.waitFor(() => expect(test.events).toContainEqual({ kind: 'device', deviceId: 'camera-1' }));
    expect(await test.devices.get(org, id('camera-1'))).toMatchObject({ state: 'active' });
    test.clock.advance(60_000);
    await client.endAsync();
    await vi.waitFor(async () => expect(await test.broker.online(org, both)).toEqual(new Set()));
    await vi.waitFor(async () => {
      const device = await test.devices.get(org, id('camera-1'));
      expect(device?.lastSeenAt).toBe(new Date(test.clock.now()).toISOString());
    });
  });

  it('keeps no session for who is away, and says so', async () => {
    const client = await test.connect(camera, 'camera-1', {
      clean: false,
      properties: { sessionExpiryInterval: 3600 },
    });
    await client.subscribeAsync('rollcall/main/camera-1/ack', { qos: 1 });
    await client.endAsync();
    await test.broker.publishAck(org, id('camera-1'), { id: 'while away', status: 'stored' });
    const again = test.connect(camera, 'camera-1', { clean: false, properties: { sessionExpiryInterval: 3600 } });
    const back = await again;
    expect(back.connected).toBe(true);
    const heard: string[] = [];
    back.on('message', (_, payload) => heard.push(payload.toString()));
    await back.subscribeAsync('rollcall/main/camera-1/ack', { qos: 1 });
    await test.broker.publishAck(org, id('camera-1'), { id: 'back', status: 'stored' });
    await vi.waitFor(() => expect(heard).toEqual(['{"id":"back","status":"stored"}']));
    await back.endAsync();
  });

  it('takes a device whose name every object has', async () => {
    const client = await test.connect(await test.device('constructor'), 'constructor');
    await client.publishAsync(captureOf('constructor'), 'x', { qos: 1 });
    expect(await test.broker.online(org, [id('constructor')])).toEqual(new Set(['constructor']));
    await client.endAsync();
  });

  it('survives an unsubscribe from a name that every object has', async () => {
    const client = await test.connect(camera, 'camera-1');
    await client.unsubscribeAsync('constructor').catch(() => {});
    test.messages.length = 0;
    await client.publishAsync(captureOf('camera-1'), 'x', { qos: 1 });
    await vi.waitFor(() => expect(test.messages).toHaveLength(1));
    await client.endAsync();
  });
});

describe('a busy site broker', () => {
  it('reads no more from a device than its handlers take, and loses nothing', async () => {
    let [running, most, done] = [0, 0, 0];
    const open = Promise.withResolvers<void>();
    const test = await startTestBroker({
      handlers: {
        'accept-capture': async () => {
          most = Math.max(most, ++running);
          await open.promise;
          running--;
          done++;
        },
      },
    });
    const client = await test.connect(await test.device('camera-1'), 'camera-1');
    const sent = Array.from({ length: 60 }, () =>
      client.publishAsync(captureOf('camera-1'), Buffer.alloc(100_000), { qos: 1 }),
    );
    let acked = 0;
    for (const puback of sent) void puback.then(() => acked++);
    await vi.waitFor(() => expect(running).toBe(8));
    // The others are served meanwhile.
    const other = await test.connect(await test.device('camera-2'), 'camera-2');
    for (let count = 0; count < 50; count++) {
      await other.publishAsync('$aws/rules/rollcall_passage/main/camera-2', 'x', { qos: 1 });
    }
    expect(acked).toBeLessThan(20);
    open.resolve();
    await Promise.all(sent);
    await vi.waitFor(() => expect(done).toBe(60));
    expect(most).toBe(8);
    await test.stop();
  });

  it('goes on after a handler that throws', async () => {
    const test = await startTestBroker({
      handlers: { 'accept-capture': () => Promise.reject(new Error('disk full')) },
    });
    const client = await test.connect(await test.device('camera-1'), 'camera-1');
    await client.publishAsync(captureOf('camera-1'), 'x', { qos: 1 });
    await client.publishAsync('$aws/rules/rollcall_passage/main/camera-1', 'x', { qos: 1 });
    await vi.waitFor(() => expect(test.messages).toHaveLength(1));
    expect(test.logged).toContainEqual({ event: 'rule-failed', fields: expect.objectContaining({ rule: 'capture' }) });
    await test.stop();
  });

  it('finishes and acks what it took before it stops, and may be stopped twice', async () => {
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const test = await startTestBroker({
      handlers: {
        'accept-capture': async ({ deviceId }) => {
          begun.resolve();
          await finish.promise;
          await test.broker.publishAck(org, deviceId, { id: 'last', status: 'stored' });
        },
      },
    });
    const client = await test.connect(await test.device('camera-1'), 'camera-1');
    await client.subscribeAsync('rollcall/main/camera-1/ack', { qos: 1 });
    const ack = nextMessage(client, '/ack');
    const goodbye = goodbyeOf(client);
    await client.publishAsync(captureOf('camera-1'), 'x', { qos: 1 });
    await begun.promise;
    const stopped = [test.broker.stop(), test.broker.stop()];
    finish.resolve();
    expect((await ack).body).toEqual({ id: 'last', status: 'stored' });
    expect(await goodbye).toMatchObject({ reasonCode: 139 });
    await Promise.all(stopped);
    await test.stop();
  });
});

function refusals(test: TestBroker): Record<string, unknown>[] {
  return test.logged.filter((line) => line.event === 'device-refused').map((line) => line.fields);
}
