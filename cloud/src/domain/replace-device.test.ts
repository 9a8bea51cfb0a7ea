import { DeviceId, DoorId, OrganizationId, SiteId } from '@rollcall/contract/ids';
import { Unavailable } from '@rollcall/kit/app-error';
import { ManualClock } from '@rollcall/kit/clock';
import { describe, expect, it } from 'vitest';
import { MemoryTable } from '../adapters/local/memory-table.ts';
import { CertificateStore } from '../store/certificate-store.ts';
import { DeviceStore } from '../store/device-store.ts';
import { PlaceStore } from '../store/place-store.ts';
import { configureDevice, readDeviceConfig } from './configure-device.ts';
import { MemoryCertificates } from './memory-certificates.test.support.ts';
import { MemoryDeviceShadows } from './memory-device-shadows.test.support.ts';
import { recordConnected } from './record-presence.ts';
import { registerDevice } from './register-device.ts';
import { replaceDevice } from './replace-device.ts';

const org = OrganizationId.parse('main');
const [old, next] = [DeviceId.parse('SN-1'), DeviceId.parse('SN-2')];
const door = DoorId.parse('entrance');
const settings = { motion: { minArea: 0.02 }, faceGate: 'on' } as const;

const nothing = () => Promise.resolve();

async function setup() {
  const clock = new ManualClock();
  const table = new MemoryTable({ clock });
  const shadows = new MemoryDeviceShadows();
  const ports = {
    devices: new DeviceStore(table),
    places: new PlaceStore(table),
    certificates: new CertificateStore(table),
    deviceCertificates: new MemoryCertificates(),
    shadows,
    links: { online: () => Promise.resolve(new Set<never>()), drop: nothing },
    liveFeed: { publish: nothing },
    clock,
  };
  await ports.places.createDoor(org, { id: door, siteId: SiteId.parse('main'), name: 'Entrance', direction: 'both' });
  const add = async (id: DeviceId, doorId: DoorId | null) => {
    const none = { lastSeenAt: null, health: null, stillAt: null };
    await ports.devices.create(org, { id, doorId, state: 'active', certificate: `of ${id}`, ...none });
    shadows.things.add(id);
  };
  await add(old, door);
  const set = (id: DeviceId, how: object) => configureDevice(ports, org, id, () => how, undefined);
  const isSet = async (id: DeviceId) => (await readDeviceConfig(ports, org, id)).desired;
  /** It registers, and comes with what it got. */
  const come = async (id: DeviceId) => {
    shadows.things.add(id);
    await registerDevice(ports, org, id, { fingerprint: `of ${id}` });
    await recordConnected(ports, org, id, `of ${id}`);
  };
  return { ports, shadows, add, set, isSet, come };
}

describe('a device that takes the place of another', () => {
  it('has its door and its settings at once, if it is there already', async () => {
    const { ports, add, set, isSet } = await setup();
    await add(next, null);
    await set(next, { crop: false });
    await set(old, settings);
    expect(await replaceDevice(ports, org, old, next)).toMatchObject({ id: next, doorId: door, settings: null });
    expect(await isSet(next)).toEqual(settings);
    expect(await ports.devices.get(org, old)).toMatchObject({ state: 'revoked', replacedBy: next, doorId: null });
  });

  it('has them when it comes for the first time, whatever becomes of the old one meanwhile', async () => {
    const { ports, shadows, set, isSet, come } = await setup();
    await set(old, settings);
    await replaceDevice(ports, org, old, next);
    expect(await isSet(next)).toEqual({});
    await shadows.delete(org, old);
    await come(next);
    expect(await isSet(next)).toEqual(settings);
    expect(await ports.devices.get(org, next)).toMatchObject({ state: 'active', doorId: door, settings: null });
  });

  it('gets them with its next connection, if they could not be set with the first', async () => {
    const { ports, shadows, set, isSet, come } = await setup();
    await set(old, settings);
    await replaceDevice(ports, org, old, next);
    shadows.faults.push(new Unavailable('the service is away'));
    await expect(come(next)).rejects.toThrow('away');
    await recordConnected(ports, org, next, `of ${next}`);
    expect(await isSet(next)).toEqual(settings);
  });

  it('keeps what was changed on it since, when the replacement is repeated', async () => {
    const { ports, add, set, isSet } = await setup();
    await add(next, null);
    await set(old, settings);
    await replaceDevice(ports, org, old, next);
    await set(next, { crop: false });
    await replaceDevice(ports, org, old, next);
    expect(await isSet(next)).toEqual({ crop: false });
  });

  it('is one that stays: one that is to be wiped takes nobody’s place', async () => {
    const { ports, add } = await setup();
    await add(next, null);
    await ports.devices.change(org, next, (device) => ({ ...device, state: 'decommissioning' }));
    await expect(replaceDevice(ports, org, old, next)).rejects.toThrow(/SN-2 is to be wiped/);
    expect(await ports.devices.get(org, old)).toMatchObject({ state: 'active', doorId: door, replacedBy: null });
  });

  it('is one, when two people replace it by two others at the same time', async () => {
    const { ports } = await setup();
    const third = DeviceId.parse('SN-3');
    const done = await Promise.allSettled([next, third].map((by) => replaceDevice(ports, org, old, by)));
    const taken = (await ports.devices.get(org, old))?.replacedBy;
    expect(done.map(({ status }, n) => [status, [next, third][n] === taken])).toEqual(
      expect.arrayContaining([
        ['fulfilled', true],
        ['rejected', false],
      ]),
    );
  });

  it('keeps its own settings when nothing was set on the old one', async () => {
    const { ports, add, set, isSet } = await setup();
    await add(next, null);
    await set(next, { crop: false });
    await replaceDevice(ports, org, old, next);
    expect(await isSet(next)).toEqual({ crop: false });
  });
});
