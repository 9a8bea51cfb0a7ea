import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Conflict } from '@rollcall/kit/app-error';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryTable } from '../adapters/local/memory-table.ts';
import { DeviceStore } from './device-store.ts';

const north = OrganizationId.parse('north');
const south = OrganizationId.parse('south');
const id = DeviceId.parse('SN-1');
const device = {
  id,
  doorId: null,
  state: 'allowed',
  certificate: null,
  lastSeenAt: null,
  health: null,
  stillAt: null,
} as const;

describe('the id of a device', () => {
  let devices: DeviceStore;
  beforeEach(() => {
    devices = new DeviceStore(new MemoryTable());
  });

  it('is one organization’s in the whole deployment', async () => {
    await devices.create(north, device);
    await expect(devices.create(south, device)).rejects.toThrow(Conflict);
    expect(await devices.get(south, id)).toBeUndefined();
    expect(await devices.organizationOf(id)).toBe(north);
  });

  it('is taken once by its own organization too', async () => {
    await devices.create(north, device);
    await expect(devices.create(north, device)).rejects.toThrow(Conflict);
    expect(await devices.get(north, id)).toMatchObject(device);
  });

  it('is free again once the device was removed by whose it is', async () => {
    await devices.create(north, device);
    await devices.delete(south, id);
    expect(await devices.organizationOf(id)).toBe(north);
    await devices.delete(north, id);
    expect(await devices.organizationOf(id)).toBeUndefined();
    await devices.create(south, device);
    expect(await devices.organizationOf(id)).toBe(south);
  });
});
