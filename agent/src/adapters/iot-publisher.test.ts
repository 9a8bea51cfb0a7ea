import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { ackTopic, maxPayloadBytes, ruleTopic } from '@rollcall/contract/topics';
import { Denied, InvalidInput, Misconfigured, Unavailable } from '@rollcall/kit/app-error';
import { type Log, silentLog } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../test/eventually.ts';
import { MemoryOutbox } from '../../test/memory-outbox.ts';
import { captureMessage } from '../../test/messages.ts';
import { TestBroker } from '../../test/test-broker.ts';
import type { Keyed } from '../../test/test-certificates.ts';
import { Delivery } from '../domain/deliver.ts';
import { IotPublisher, type IotPublisherOptions } from './iot-publisher.ts';

let broker: TestBroker;
let keyed: Keyed;
let publisher: IotPublisher;
let errors: Record<string, unknown>[];
const allowed = () => ({ mayPublish: () => true, mayConnect: () => true, maySubscribe: () => true });

const noting: Log = { ...silentLog, error: (event, fields) => void errors.push({ event, ...fields }) };

beforeAll(async () => {
  broker = await TestBroker.start();
  keyed = await broker.ca.client('camera-1');
});

afterAll(() => broker.stop());

beforeEach(() => {
  errors = [];
  Object.assign(broker.rules, allowed());
  publisher = create();
});

afterEach(() => publisher.stop());

function create(mqtt: Partial<IotPublisherOptions['mqtt']> = {}): IotPublisher {
  return new IotPublisher({
    mqtt: { host: '127.0.0.1', port: broker.port, caPem: broker.ca.pem, ...keyed, ...mqtt },
    prefix: 'rollcall',
    org: OrganizationId.parse('main'),
    device: DeviceId.parse('camera-1'),
    timer: systemTimer,
    log: noting,
  });
}

async function online(): Promise<void> {
  publisher.start();
  await eventually(() => expect(publisher.online).toBe(true));
}

const payload = (message: unknown) => Buffer.from(JSON.stringify(message));

test('a message reaches the rule, and its ack comes back', async () => {
  const acks: unknown[] = [];
  publisher.onAck((ack) => acks.push(ack));
  await online();
  const message = captureMessage();
  await publisher.publish('capture', payload(message));
  await eventually(() => expect(acks).toEqual([{ id: message.captureId, status: 'stored' }]));
  expect(broker.received).toContain(message.captureId);
});

test('a payload over the limit is never handed to the broker', async () => {
  await online();
  await expect(publisher.publish('capture', Buffer.alloc(maxPayloadBytes + 1))).rejects.toThrow(InvalidInput);
  expect(publisher.online).toBe(true);
});

test('a message over the limit is parked and counted, the broker never sees it, and the rest goes on', async () => {
  const outbox = new MemoryOutbox();
  const delivery = new Delivery({ outbox, publisher, timer: systemTimer, log: silentLog });
  const [large, fits] = [captureMessage({ imageBytes: maxPayloadBytes }), captureMessage({ imageBytes: 97_000 })];
  for (const message of [large, fits]) await outbox.put(message);
  const before = broker.connects;
  delivery.start();
  await online();
  await delivery.flushed();
  expect(outbox.parked).toEqual([
    { id: large.captureId, reason: expect.stringMatching(/expected at most 131072 bytes/) },
  ]);
  expect(broker.received).toContain(fits.captureId);
  expect(broker.received).not.toContain(large.captureId);
  expect(broker.connects).toBe(before + 1);
  delivery.stop();
});

test('names as long as they may be make a topic that AWS IoT Core takes', async () => {
  const [prefix, org, device] = ['p'.repeat(24), OrganizationId.parse('o'.repeat(48)), DeviceId.parse('d'.repeat(64))];
  for (const topic of [ruleTopic(prefix, 'capture', org, device), ackTopic(prefix, org, device)]) {
    // Quotas of AWS IoT Core: 256 bytes after the rule's name in Basic Ingest topics, and seven slashes.
    expect(Buffer.byteLength(topic)).toBeLessThanOrEqual(256);
    expect(topic.split('/').length - 1).toBeLessThanOrEqual(7);
  }
});

test('however much waits, no more than 100 messages and 512 KB a second are published, as AWS IoT Core allows a connection', async () => {
  await online();
  let arrived = 0;
  broker.rules.onMessage = () => void arrived++;
  // A busy machine only makes it slower; a second's worth may go at once.
  const smallMs = await took(Array.from({ length: 260 }, () => payload(captureMessage())));
  expect(smallMs).toBeGreaterThanOrEqual(((260 - 100) / 100) * 1_000 * 0.95);
  const large = payload(captureMessage({ imageBytes: 90_000 }));
  const largeMs = await took(Array.from({ length: 12 }, () => large));
  const bytes = 12 * large.length;
  expect(largeMs).toBeGreaterThanOrEqual(((bytes - 512 * 1024) / (512 * 1024)) * 1_000 * 0.95);
  expect(arrived).toBe(272);
});

async function took(payloads: readonly Uint8Array[]): Promise<number> {
  const startedAt = performance.now();
  await Promise.all(payloads.map((one) => publisher.publish('capture', one)));
  return performance.now() - startedAt;
}

test('a topic that the policy forbids is Denied, and the connection stays', async () => {
  broker.rules.mayPublish = () => false;
  await online();
  await expect(publisher.publish('capture', payload(captureMessage()))).rejects.toThrow(Denied);
  expect(publisher.online).toBe(true);
});

test('offline, publishing is Unavailable at once', async () => {
  await expect(publisher.publish('health', payload({}))).rejects.toThrow(Unavailable);
});

test('a broker that went away and came back gets everything that waits', async () => {
  const outbox = new MemoryOutbox();
  const delivery = new Delivery({ outbox, publisher, timer: systemTimer, log: silentLog });
  delivery.start();
  await online();
  await broker.stop();
  await eventually(() => expect(publisher.online).toBe(false));
  const messages = Array.from({ length: 5 }, () => captureMessage());
  for (const message of messages) await outbox.put(message);
  await broker.listen();
  await delivery.flushed();
  for (const message of messages) expect(broker.received).toContain(message.captureId);
  delivery.stop();
});

test('a device that the broker refuses says what to do, once, and keeps trying', async () => {
  broker.rules.mayConnect = () => false;
  const before = broker.connects;
  publisher.start();
  await eventually(() => expect(broker.connects).toBeGreaterThan(before + 1));
  expect(errors).toEqual([{ event: 'connect-failed', reason: expect.stringContaining('revoked') }]);
  broker.rules.mayConnect = () => true;
  await eventually(() => expect(publisher.online).toBe(true));
});

test('without the right to read its acks it is not online, and says so', async () => {
  broker.rules.maySubscribe = () => false;
  publisher.start();
  await eventually(() => expect(errors).toMatchObject([{ event: 'acks-not-subscribed' }]));
  expect(publisher.online).toBe(false);
});

test('a broker with a certificate of another CA is not trusted', async () => {
  const stranger = await TestBroker.start();
  await publisher.stop();
  publisher = create({ port: stranger.port });
  publisher.start();
  // The SDK's TLS answers a bad certificate only after a pause, against timing attacks.
  await eventually(() => expect(errors).toMatchObject([{ reason: expect.stringContaining('TLS') }]));
  expect(stranger.connects).toBe(0);
  await stranger.stop();
});

test('nobody listening is said in words', async () => {
  await publisher.stop();
  publisher = create({ port: 1 });
  publisher.start();
  await eventually(() => expect(errors).toMatchObject([{ reason: expect.stringContaining('cannot reach') }]));
});

test('a certificate that is none is Misconfigured', () => {
  expect(() => create({ certificatePem: 'none' })).toThrow(Misconfigured);
});
