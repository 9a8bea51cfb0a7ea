import { DoorId, type OrganizationId, SiteId } from '@rollcall/contract/ids';
import type { Door, DoorInput, Site, SiteInput } from '@rollcall/contract/place';
import { Conflict, InvalidInput } from '@rollcall/kit/app-error';
import type { PlaceStore } from '../store/place-store.ts';

/** The site that there is when nothing is configured. */
export const mainSiteId = SiteId.parse('main');

/** @throws Conflict when the id that was asked for is taken. */
export function addSite(places: PlaceStore, org: OrganizationId, input: SiteInput): Promise<Site> {
  return addNamed(input.id, input.name, 'site', (id) => {
    return places.createSite(org, { id: SiteId.parse(id), name: input.name, timeZone: input.timeZone });
  });
}

/** A door of `siteId`, or of the main site. @throws Conflict when the id is taken; InvalidInput for a site that is not there. */
export async function addDoor(places: PlaceStore, org: OrganizationId, input: DoorInput): Promise<Door> {
  const { name, direction, siteId = mainSiteId } = input;
  if (!(await places.getSite(org, siteId))) {
    throw new InvalidInput(`there is no site ${siteId}`, {
      errors: [{ path: 'siteId', message: 'expected the id of a site of this organization' }],
    });
  }
  return addNamed(input.id, name, 'door', (id) =>
    places.createDoor(org, { id: DoorId.parse(id), siteId, name, direction }),
  );
}

/** The id that was asked for, or the first free one made of the name: `main-entrance`, `main-entrance-2`, … */
async function addNamed<T>(
  asked: string | undefined,
  name: string,
  fallback: string,
  create: (id: string) => Promise<T>,
): Promise<T> {
  const base = asked ?? slugOf(name, fallback);
  for (let suffix = 1; ; suffix++) {
    try {
      return await create(suffix === 1 ? base : `${base}-${suffix}`);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      if (asked !== undefined) throw new Conflict(`the id ${asked} is taken`, { cause: error });
    }
  }
}

function slugOf(name: string, fallback: string): string {
  const ascii = name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase();
  const slug = ascii
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40);
  return slug.replace(/-$/, '') || fallback;
}
