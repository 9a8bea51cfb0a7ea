import { DoorId, type OrganizationId, SiteId } from '@rollcall/contract/ids';
import type { Organization, OrganizationPatch } from '@rollcall/contract/organization';
import { Conflict } from '@rollcall/kit/app-error';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { CaptureStore } from '../store/capture-store.ts';
import type { OrganizationDirectory } from '../store/organization-directory.ts';
import type { OrganizationStore } from '../store/organization-store.ts';
import type { PlaceStore } from '../store/place-store.ts';

export interface CreateOrganizationPorts {
  readonly directory: OrganizationDirectory;
  readonly organizations: OrganizationStore;
  readonly places: PlaceStore;
  readonly captures: CaptureStore;
  readonly clock: Clock;
}

/**
 * Makes an organization with its settings and one site, `main`, with one door, `door-1`. The entry in the directory comes last, so that
 * what is interrupted can be asked for again, and nobody works for half an organization.
 * @throws Conflict when there is one with this id.
 */
export async function createOrganization(
  ports: CreateOrganizationPorts,
  org: OrganizationId,
  settings: Pick<OrganizationPatch, 'name' | 'timeZone'>,
): Promise<Organization> {
  const taken = new Conflict(`there is an organization ${org} already`, { code: 'organization-exists' });
  if (await ports.directory.get(org)) throw taken;
  const organization = await ports.organizations.change(org, settings);
  await placeFirstDoor(ports.places, organization);
  const createdAt = instantOf(ports.clock.now());
  // There are no older pictures: what expires them need not look at a year of empty days.
  for (const kind of ['all', 'unidentified', 'reports'] as const) {
    await ports.captures.setExpired(org, kind, { day: createdAt.slice(0, 10) });
  }
  try {
    await ports.directory.add({ id: org, createdAt });
  } catch (error) {
    if (error instanceof Conflict) throw taken;
    throw error;
  }
  return organization;
}

async function placeFirstDoor(places: PlaceStore, { id: org, timeZone }: Organization): Promise<void> {
  const siteId = SiteId.parse('main');
  const doorId = DoorId.parse('door-1');
  if (!(await places.getSite(org, siteId))) await places.createSite(org, { id: siteId, name: 'Main site', timeZone });
  if (!(await places.getDoor(org, doorId))) {
    await places.createDoor(org, { id: doorId, siteId, name: 'Door 1', direction: 'both' });
  }
}
