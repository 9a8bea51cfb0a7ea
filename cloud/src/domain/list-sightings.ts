import type { OrganizationId, PersonId, SightingId } from '@rollcall/contract/ids';
import type { Page } from '@rollcall/contract/page';
import type { Sighting } from '@rollcall/contract/sighting';
import { instantOf } from '@rollcall/kit/clock';
import type { SightingFilter } from '../store/sighting-store.ts';
import { describeSightings } from './describe-sighting.ts';
import type { RecognitionPorts } from './recognition-ports.ts';

type ListPorts = Pick<
  RecognitionPorts,
  'sightings' | 'appearances' | 'attendance' | 'people' | 'organizations' | 'clock'
>;

/** Sightings newest first. A page that is sifted may be short with more to come: `nextCursor` tells. */
export async function listSightings(
  ports: ListPorts,
  org: OrganizationId,
  filter: SightingFilter,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<Sighting>> {
  // What counts for somebody is resolved, or never was in doubt.
  if (filter.personId && filter.open) return { items: [], nextCursor: null };
  const range = {
    ...filter,
    // As keys have it: with milliseconds.
    from: filter.from && instantOf(Date.parse(filter.from)),
    to: filter.to && instantOf(Date.parse(filter.to)),
  };
  const ids = filter.personId
    ? await ofPerson(ports, org, filter.personId, range, page)
    : await ports.sightings.list(org, range, page);
  const facts = (await ports.sightings.getMany(org, ids.items)).filter(
    (one) => (!filter.doorId || one.doorId === filter.doorId) && (!filter.verdict || one.verdict === filter.verdict),
  );
  const organization = await ports.organizations.get(org);
  return { items: await describeSightings(ports, organization, facts), nextCursor: ids.nextCursor };
}

async function ofPerson(
  ports: ListPorts,
  org: OrganizationId,
  personId: PersonId,
  range: Pick<SightingFilter, 'from' | 'to'>,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<SightingId>> {
  const found = await ports.appearances.list(org, personId, range, page);
  return { items: found.items.map((one) => one.sightingId), nextCursor: found.nextCursor };
}
