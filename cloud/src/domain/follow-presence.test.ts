import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import type { LiveEvent } from '@rollcall/contract/live-event';
import { ManualClock } from '@rollcall/kit/clock';
import { assert, asyncProperty, boolean, infiniteStream, integer, nat } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryTable } from '../adapters/local/memory-table.ts';
import { DeviceStore } from '../store/device-store.ts';
import { PresenceStore } from '../store/presence-store.ts';
import { MemoryCertificates } from './memory-certificates.test.support.ts';
import { MemoryDeviceShadows } from './memory-device-shadows.test.support.ts';
import { type ConnectionEvent, followPresence } from './follow-presence.ts';

const org = OrganizationId.parse('north');
const clientId = DeviceId.parse('SN-1');
const certificate = 'a'.repeat(64);
const clock = new ManualClock();

async function testPorts() {
  const table = new MemoryTable();
  const events: LiveEvent[] = [];
  const ports = {
    devices: new DeviceStore(table),
    presence: new PresenceStore(table),
    deviceCertificates: new MemoryCertificates(),
    shadows: new MemoryDeviceShadows(),
    liveFeed: { publish: async (_: OrganizationId, live: LiveEvent) => void events.push(live) },
    clock,
  };
  const none = { doorId: null, lastSeenAt: null, health: null, stillAt: null };
  await ports.devices.create(org, { id: clientId, state: 'allowed', certificate, ...none });
  const isOnline = async () => (await ports.presence.online(org, [clientId])).has(clientId);
  return { ports, events, isOnline };
}

function event(connection: number, online: boolean, at = clock.now() + connection): ConnectionEvent {
  return { clientId, certificate, connection, online, at, session: `s-${connection}` };
}

describe('the presence of devices', () => {
  it('is told by the events of their connections, and makes a device active when it first comes', async () => {
    const { ports, events, isOnline } = await testPorts();
    expect(await followPresence(ports, event(0, true))).toBe(true);
    expect(await isOnline()).toBe(true);
    expect((await ports.devices.get(org, clientId))?.state).toBe('active');
    await followPresence(ports, event(0, false));
    expect(await isOnline()).toBe(false);
    expect(events).toEqual([
      { kind: 'device', deviceId: clientId },
      { kind: 'device', deviceId: clientId },
    ]);
  });

  it('comes out the same in whatever order events arrive, and however often', async () => {
    const connections = integer({ min: 1, max: 4 });
    await assert(
      asyncProperty(connections, boolean(), infiniteStream(nat()), async (count, isLastOpen, random) => {
        const { ports, isOnline } = await testPorts();
        const all = Array.from({ length: count }, (_, n) => [event(n, true), event(n, false)]).flat();
        const happened = isLastOpen ? all.slice(0, -1) : all;
        const order = [...happened, ...happened].map((one) => ({ one, by: random.next().value }));
        for (const { one } of order.sort((a, b) => a.by - b.by)) await followPresence(ports, one);
        expect(await isOnline()).toBe(isLastOpen);
      }),
      { numRuns: 50 },
    );
  });

  it('is not touched by a client that came with another certificate, nor by one that nobody knows', async () => {
    const { ports, isOnline } = await testPorts();
    expect(await followPresence(ports, { ...event(0, true), certificate: 'b'.repeat(64) })).toBe(false);
    expect(await followPresence(ports, { ...event(0, true), clientId: DeviceId.parse('SN-2') })).toBe(false);
    expect(await isOnline()).toBe(false);
  });

  it('of a revoked device can end but not begin', async () => {
    const { ports, isOnline } = await testPorts();
    await followPresence(ports, event(3, true));
    await ports.devices.change(org, clientId, (device) => ({ ...device, state: 'revoked' }));
    expect(await followPresence(ports, event(4, true))).toBe(false);
    expect(await followPresence(ports, event(3, false))).toBe(true);
    expect(await isOnline()).toBe(false);
  });

  it('follows the count when it starts anew after an hour', async () => {
    const { ports, isOnline } = await testPorts();
    await followPresence(ports, event(7, true));
    await followPresence(ports, event(7, false));
    expect(await followPresence(ports, event(0, true, clock.now() + 2 * 3_600_000))).toBe(true);
    expect(await isOnline()).toBe(true);
  });
});
