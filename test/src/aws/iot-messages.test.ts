import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { awsClientSettings } from '@rollcall/cloud/adapters/aws/aws-client-settings';
import { IotDeviceAcks } from '@rollcall/cloud/adapters/aws/iot-device-acks';
import { IotLiveFeed } from '@rollcall/cloud/adapters/aws/iot-live-feed';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { LiveEvent } from '@rollcall/contract/live-event';
import { type Log, silentLog } from '@rollcall/kit/log';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IotEmulator } from './iot-emulator.ts';
import { startMeddlingProxy } from './meddling-proxy.ts';
import { testAccount } from './test-credentials.ts';

const main = OrganizationId.parse('main');
const camera = DeviceId.parse('hall:camera_1');
const ack = { id: '01KD0000000000000000000000', status: 'stored' } as const;

describe('what the cloud publishes by AWS IoT', () => {
  const iot = new IotEmulator();
  const logged: [level: string, event: string][] = [];
  const log: Log = {
    ...silentLog,
    warn: (event) => void logged.push(['warn', event]),
    error: (event) => void logged.push(['error', event]),
  };
  let endpoint: string;
  let acks: IotDeviceAcks;
  let feed: IotLiveFeed;

  beforeAll(async () => {
    endpoint = await iot.start();
  });
  afterAll(() => iot.stop());
  beforeEach(() => {
    for (const list of [iot.published, iot.faults, logged]) list.length = 0;
    iot.requests = 0;
    // Adaptive retry remembers: each case has a client of its own.
    const settings = awsClientSettings({ requestTimeoutMs: 2_000, maxAttempts: 2 });
    const client = new IoTDataPlaneClient({ ...testAccount, ...settings, endpoint });
    acks = new IotDeviceAcks({ client, prefix: 'rollcall' });
    feed = new IotLiveFeed({ client, prefix: 'rollcall', log });
  });

  it('acks on the device’s own topic, at least once', async () => {
    await acks.publishAck(main, camera, ack);
    const [sent] = iot.published;
    expect(sent).toMatchObject({ topic: 'rollcall/main/hall:camera_1/ack', qos: 1 });
    expect(JSON.parse(sent?.payload.toString() ?? '')).toEqual(ack);
  });

  it('tells browsers on the topic of the kind, at most once', async () => {
    const events: LiveEvent[] = [
      { kind: 'attendance', date: '2026-01-05' },
      { kind: 'device', deviceId: camera },
    ];
    for (const event of events) await feed.publish(main, event);
    expect(iot.published.map(({ topic, qos }) => [topic, qos])).toEqual([
      ['rollcall/main/live/attendance', 0],
      ['rollcall/main/live/device', 0],
    ]);
    const heard = iot.published.map(({ payload }) => LiveEvent.parse(JSON.parse(payload.toString())));
    expect(heard).toEqual(events);
  });

  it('sends an ack again when it was throttled, and says when that was no use', async () => {
    iot.faults.push({ status: 429, kind: 'ThrottlingException' });
    await acks.publishAck(main, camera, ack);
    expect(iot.published).toHaveLength(1);
    iot.faults.push(...Array.from({ length: 2 }, () => ({ status: 500, kind: 'InternalFailureException' })));
    await expect(acks.publishAck(main, camera, ack)).rejects.toMatchObject({ name: 'Unavailable', retryable: true });
    expect(iot.requests).toBe(4);
  });

  it('tells who deployed it that the role may not publish', async () => {
    iot.faults.push({ status: 403, kind: 'ForbiddenException' });
    await expect(acks.publishAck(main, camera, ack)).rejects.toMatchObject({ name: 'Misconfigured' });
  });

  it('loses a live event rather than what it tells of, and logs that', async () => {
    const failed = { status: 500, kind: 'InternalFailureException' };
    iot.faults.push(failed, failed);
    await feed.publish(main, { kind: 'attendance', date: '2026-01-05' });
    iot.faults.push({ status: 403, kind: 'ForbiddenException' });
    await feed.publish(main, { kind: 'attendance', date: '2026-01-05' });
    expect(iot.published).toEqual([]);
    expect(logged).toEqual([
      ['warn', 'live-event-lost'],
      ['error', 'live-event-failed'],
    ]);
  });

  it('does not keep whoever recorded something waiting when AWS IoT says nothing', async () => {
    const proxy = await startMeddlingProxy(endpoint, { before: () => 'silence' });
    const settings = awsClientSettings({ requestTimeoutMs: 60_000 });
    const client = new IoTDataPlaneClient({ ...testAccount, ...settings, endpoint: proxy.endpoint });
    const patient = new IotLiveFeed({ client, prefix: 'rollcall', log, deadlineMs: 100 });
    await patient.publish(main, { kind: 'attendance', date: '2026-01-05' });
    expect(logged).toEqual([['warn', 'live-event-lost']]);
    client.destroy();
    await proxy.close();
  });
});
