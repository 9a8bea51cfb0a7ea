import { once } from 'node:events';
import { connect } from 'node:tls';
import * as fc from 'fast-check';
import { generate, type Packet } from 'mqtt-packet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Credentials, startTestBroker, type TestBroker } from './site-broker-for-tests.ts';

const topic = '$aws/rules/rollcall_capture/main/camera-1';
/** Names that clients choose and that mean something to JavaScript or to MQTT. */
const names = fc.oneof(
  fc.constantFrom('constructor', '__proto__', 'toString', 'hasOwnProperty', '#', '+/#', '', '/', '$share/a/b', topic),
  fc.string({ maxLength: 40 }),
  fc.nat(200).map((levels) => 'a/'.repeat(levels)),
);
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);
const messageId = fc.integer({ min: 1, max: 5 });
const packets: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({
    cmd: fc.constant('publish' as const),
    topic: names,
    payload: fc.string(),
    qos,
    messageId,
    retain: fc.boolean(),
    dup: fc.boolean(),
  }),
  fc.record({
    cmd: fc.constant('subscribe' as const),
    messageId,
    subscriptions: fc.array(fc.record({ topic: names, qos }), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    cmd: fc.constant('unsubscribe' as const),
    messageId,
    unsubscriptions: fc.array(names, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    cmd: fc.constantFrom('puback' as const, 'pubrec' as const, 'pubrel' as const, 'pubcomp' as const),
    messageId,
  }),
  fc.record({ cmd: fc.constant('pingreq' as const) }),
);

describe('a device that misbehaves', () => {
  let test: TestBroker;
  let camera: Credentials;
  beforeAll(async () => {
    test = await startTestBroker();
    camera = await test.device('camera-1');
  });
  afterAll(() => test.stop());

  /** Sends it all in one connection and waits until the broker has had its say or ended it. */
  async function send(bytes: readonly Uint8Array[]): Promise<void> {
    const socket = connect({ host: '127.0.0.1', port: test.port, ca: test.ca.certificatePem, ...camera });
    await once(socket, 'secureConnect');
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.resume();
    for (const part of bytes) if (socket.writable) socket.write(part);
    socket.end();
    await ended;
  }

  async function serves(): Promise<boolean> {
    const client = await test.connect(camera, 'camera-1');
    await client.publishAsync(topic, 'x', { qos: 1 });
    await client.endAsync();
    return true;
  }

  it.each([5, 4] as const)(
    'with any sequence of packets does not harm the broker (MQTT version %i)',
    async (version) => {
      const hello = generate({
        cmd: 'connect',
        clientId: 'camera-1',
        protocolVersion: version,
        clean: true,
        keepalive: 5,
      });
      const wire = (packet: Packet): Uint8Array[] => {
        try {
          return [generate(packet, { protocolVersion: version })];
        } catch {
          return [];
        }
      };
      await fc.assert(
        fc.asyncProperty(fc.array(packets, { maxLength: 8 }), (list) => send([hello, ...list.flatMap(wire)])),
        { numRuns: 60 },
      );
      expect(await serves()).toBe(true);
    },
  );

  it('with any bytes does not harm the broker', async () => {
    const hello = generate({ cmd: 'connect', clientId: 'camera-1', protocolVersion: 5, clean: true });
    const start = fc.constantFrom<readonly Uint8Array[]>([], [hello]);
    await fc.assert(
      fc.asyncProperty(start, fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (first, rest) =>
        send([...first, ...rest]),
      ),
      { numRuns: 80 },
    );
    expect(await serves()).toBe(true);
  });
});
