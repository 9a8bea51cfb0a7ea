import { Person, Photo } from '@rollcall/contract/person';
import { type Clock, instantOf, systemClock } from '@rollcall/kit/clock';
import { ApiClient, type ApiClientOptions } from '../client/api-client.ts';
import type { EnrolledInDemo } from './prepare-demo.ts';

/** Of a photo's answer, no more is needed here. */
const Added = Photo.pick({ photoId: true });

/**
 * Enrolls the demo's people over the HTTP API, as an admin's script would: person, consent, photos. What is there already
 * stays, so it can run at each start. @returns how many were new.
 */
export async function enrollDemo({
  people,
  clock = systemClock,
  ...api
}: ApiClientOptions & { readonly people: readonly EnrolledInDemo[]; readonly clock?: Clock }): Promise<number> {
  const client = new ApiClient(api);
  let enrolled = 0;
  for (const { photos, ...input } of people) {
    const known = await find(client, input.externalId);
    if (known && known.photoCount >= photos.length) continue;
    const person = known ?? (await client.json(Person, '/v1/people', { method: 'POST', body: input }));
    const path = `/v1/people/${person.id}`;
    const consent = { policyVersion: 'demo', grantedAt: instantOf(clock.now()), by: input.name };
    if (!person.consent) await client.send(`${path}/consent`, { method: 'PUT', body: consent });
    for (const photo of photos.slice(person.photoCount)) {
      await client.json(Added, `${path}/photos`, { method: 'POST', body: photo, contentType: 'image/jpeg' });
    }
    enrolled++;
  }
  return enrolled;
}

async function find(client: ApiClient, externalId: string): Promise<Person | undefined> {
  for await (const person of client.all(Person, `/v1/people?query=${encodeURIComponent(externalId)}`)) {
    if (person.externalId === externalId) return person;
  }
  return undefined;
}
