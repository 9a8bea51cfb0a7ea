import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import type { LiveEvent } from '@rollcall/contract/live-event';
import { ManualClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryTable } from '../adapters/local/memory-table.ts';
import { DeviceStore } from '../store/device-store.ts';
import { MemoryImages } from './memory-images.test.support.ts';
import { recordHeartbeat, stillKey } from './record-heartbeat.ts';
import { revokeDevice } from './revoke-device.ts';

const org = OrganizationId.parse('main');
const deviceId = DeviceId.parse('camera-1');
const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3);
const heartbeat = {
  v: 1,
  at: '2026-01-05T08:00:00Z',
  startedAt: '2026-01-05T07:00:00Z',
  agentVersion: '0.1.0',
  clockSynced: true,
  camera: { state: 'ok', framesPerSecond: 15, width: 1280, height: 720, badFrames: 0 },
  outbox: { items: 0, bytes: 0, parked: 0, dropped: 0 },
  passages: 3,
  captures: 4,
  residentBytes: 90_000_000,
};

describe('a heartbeat', () => {
  const receivedAt = Date.parse('2026-01-05T08:00:01.000Z');
  let devices: DeviceStore;
  let events: LiveEvent[];
  let images: MemoryImages;

  beforeEach(async () => {
    devices = new DeviceStore(new MemoryTable({ clock: new ManualClock() }));
    events = [];
    images = new MemoryImages();
    await devices.create(org, {
      id: deviceId,
      doorId: null,
      state: 'active',
      certificate: 'abc',
      lastSeenAt: null,
      health: null,
      stillAt: null,
    });
  });

  const record = (body: unknown) => {
    const liveFeed = { publish: (_: OrganizationId, event: LiveEvent) => Promise.resolve(void events.push(event)) };
    const payload = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
    return recordHeartbeat({ devices, images, liveFeed, log: silentLog }, { org, deviceId, payload, receivedAt });
  };

  it('is kept with its picture apart, by the server’s time, and told to open dashboards', async () => {
    await record({ ...heartbeat, still: Buffer.from(jpeg).toString('base64') });
    const device = await devices.get(org, deviceId);
    expect(device).toMatchObject({ lastSeenAt: '2026-01-05T08:00:01.000Z', stillAt: '2026-01-05T08:00:01.000Z' });
    expect(device?.health).toEqual(heartbeat);
    expect(images.pictures.get(stillKey(org, deviceId))).toEqual(jpeg);
    expect(events).toEqual([{ kind: 'device', deviceId }]);
  });

  it('without a picture leaves the last one', async () => {
    await record({ ...heartbeat, still: Buffer.from(jpeg).toString('base64') });
    await record({ ...heartbeat, passages: 5 });
    expect(await devices.get(org, deviceId)).toMatchObject({
      stillAt: '2026-01-05T08:00:01.000Z',
      health: { passages: 5 },
    });
  });

  it('says what is wrong with the picture, of agents that look at it', async () => {
    const camera = { ...heartbeat.camera, picture: 'dark', detail: 'the light is off' };
    await record({ ...heartbeat, camera });
    expect((await devices.get(org, deviceId))?.health?.camera).toEqual(camera);
    await record(heartbeat);
    expect((await devices.get(org, deviceId))?.health?.camera.picture).toBeUndefined();
  });

  it.each([
    ['is no JSON', '{"v":1'],
    ['does not fit its schema', { ...heartbeat, passages: -1 }],
    ['has something else than a JPEG as its picture', { ...heartbeat, still: btoa('<script>') }],
  ])('that %s changes nothing', async (_, body) => {
    await record(body);
    expect(await devices.get(org, deviceId)).toMatchObject({ health: null, lastSeenAt: null });
    expect(events).toEqual([]);
  });

  it('of a device that is revoked meanwhile does not bring it back', async () => {
    const links = { online: () => Promise.resolve(new Set<DeviceId>()), drop: () => Promise.resolve() };
    await Promise.all([record(heartbeat), revokeDevice({ devices, links }, org, deviceId), record(heartbeat)]);
    expect(await devices.get(org, deviceId)).toMatchObject({ state: 'revoked' });
  });
});
