import { OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';
import { InvalidInput, Unavailable } from '@rollcall/kit/app-error';
import { ManualClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { describe, expect, it } from 'vitest';
import { MemoryTable } from '../adapters/local/memory-table.ts';
import { DescribedFaces } from '../http/described-faces-for-tests.ts';
import { ReindexStore } from '../store/reindex-store.ts';
import { keepPhotosIndexed } from './keep-photos-indexed.ts';
import { MemoryImages } from './memory-images.test.support.ts';
import { photoKey } from './photo-key.ts';

const org = OrganizationId.parse('school');
const person = PersonId.parse('01KE6D0000000000000000000A');
const photoAt = (n: number) => PhotoId.parse(`01KE6D00000000000000000${String(n).padStart(3, '0')}`);

/** An organization whose photos another model made. */
async function organization(count: number) {
  const clock = new ManualClock('2026-01-05T08:00:00.000Z');
  const images = new MemoryImages();
  const stale = new Set(Array.from({ length: count }, (_, n) => photoAt(n)));
  for (const photo of stale) await images.put(photoKey(org, person, photo), new TextEncoder().encode('a photo'));
  const refusals = new Map<PhotoId, Error>();
  let looks = 0;
  let made = 0;
  const engine = Object.assign(new DescribedFaces(), {
    stalePhotos: () => {
      looks++;
      return Promise.resolve([...stale].map((photoId) => ({ personId: person, photoId })));
    },
    index: (_org: OrganizationId, _person: PersonId, photoId: PhotoId) => {
      const refusal = refusals.get(photoId);
      if (refusal) return Promise.reject(refusal);
      stale.delete(photoId);
      made++;
      return Promise.resolve({ engine: 'described', version: '2' });
    },
  });
  const reindexing = new ReindexStore(new MemoryTable());
  const ports = { engine, images, log: silentLog, clock, reindexing };
  const seen = () => ({ looks, made, left: stale.size });
  return { ports, stale, refusals, reindexing, clock, seen };
}

const hour = 3_600_000;

describe('the photos of an organization whose model moved', () => {
  it('are indexed again by as many runs as there is time for, each going on where the one before ended', async () => {
    const { ports, seen } = await organization(10);
    let turns = 0;
    const inTime = () => turns++ < 5;
    await keepPhotosIndexed(ports, org, inTime);
    const { made } = seen();
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(10);
    await keepPhotosIndexed(ports, org);
    expect(seen()).toEqual({ looks: 2, made: 10, left: 0 });
  });

  it('are not looked at again for a day once all are done, unless somebody asks', async () => {
    const { ports, reindexing, clock, seen } = await organization(1);
    await keepPhotosIndexed(ports, org);
    clock.advance(23 * hour);
    await keepPhotosIndexed(ports, org);
    expect(seen().looks).toBe(1);
    clock.advance(hour);
    await keepPhotosIndexed(ports, org);
    expect(seen().looks).toBe(2);
    await reindexing.forget(org);
    await keepPhotosIndexed(ports, org);
    expect(seen().looks).toBe(3);
  });

  it('are tried again soon when the service was away, and once a day when the photo is at fault', async () => {
    const { ports, refusals, seen } = await organization(3);
    refusals.set(photoAt(0), new InvalidInput('no face', { code: 'no-face' }));
    refusals.set(photoAt(1), new Unavailable('throttled'));
    await keepPhotosIndexed(ports, org);
    expect(seen()).toEqual({ looks: 1, made: 1, left: 2 });
    refusals.delete(photoAt(1));
    await keepPhotosIndexed(ports, org);
    expect(seen()).toEqual({ looks: 2, made: 2, left: 1 });
    await keepPhotosIndexed(ports, org);
    expect(seen().looks).toBe(2);
  });
});
