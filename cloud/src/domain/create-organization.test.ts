import { OrganizationId } from '@rollcall/contract/ids';
import { Conflict } from '@rollcall/kit/app-error';
import { ManualClock } from '@rollcall/kit/clock';
import { describe, expect, it } from 'vitest';
import { MemoryTable } from '../adapters/local/memory-table.ts';
import { CaptureStore } from '../store/capture-store.ts';
import { OrganizationDirectory } from '../store/organization-directory.ts';
import { OrganizationStore } from '../store/organization-store.ts';
import { PlaceStore } from '../store/place-store.ts';
import { BreakableTable } from './breakable-table.test.support.ts';
import { createOrganization } from './create-organization.ts';
import { defaultThresholds } from './match-policy.ts';

const north = OrganizationId.parse('north');
const settings = { name: 'North School', timeZone: 'Europe/Berlin' };

function testPorts() {
  const table = new BreakableTable(new MemoryTable());
  const ports = {
    directory: new OrganizationDirectory(table),
    organizations: new OrganizationStore(table, { timeZone: 'UTC', thresholds: defaultThresholds }),
    places: new PlaceStore(table),
    captures: new CaptureStore(table),
    clock: new ManualClock('2026-01-05T07:00:00.000Z'),
  };
  return { table, ports };
}

describe('a new organization', () => {
  it('has its settings, a site in its zone, and a door', async () => {
    const { ports } = testPorts();
    expect(await createOrganization(ports, north, settings)).toMatchObject({ id: north, ...settings });
    expect((await ports.places.listSites(north, { limit: 10 })).items).toMatchObject([
      { id: 'main', timeZone: 'Europe/Berlin' },
    ]);
    expect((await ports.places.listDoors(north, { limit: 10 })).items).toMatchObject([
      { id: 'door-1', siteId: 'main' },
    ]);
    expect(await ports.directory.get(north)).toEqual({ id: north, createdAt: '2026-01-05T07:00:00.000Z' });
  });

  it('is made once, and asking again changes nothing', async () => {
    const { ports } = testPorts();
    await createOrganization(ports, north, settings);
    await expect(createOrganization(ports, north, { name: 'Mine now' })).rejects.toThrow(Conflict);
    expect((await ports.organizations.get(north)).name).toBe('North School');
  });

  it('that was interrupted at any write is made by asking again', async () => {
    for (let write = 1; write <= 6; write++) {
      const { table, ports } = testPorts();
      table.breakAt = { write, when: 'before' };
      await expect(createOrganization(ports, north, settings)).rejects.toThrow('power');
      expect(table.mend()).toBe(true);
      expect(await ports.directory.get(north)).toBeUndefined();
      await createOrganization(ports, north, settings);
      expect(await ports.directory.get(north)).toBeDefined();
    }
  });
});
