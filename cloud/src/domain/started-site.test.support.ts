import type { PersonId } from '@rollcall/contract/ids';
import { listAttendance } from './list-attendance.ts';
import { listSightings } from './list-sightings.ts';
import { main, testSite } from './recognition.test.support.ts';

export type Site = ReturnType<typeof testSite>;

/** A site that recognizes. */
export async function started(): Promise<Site> {
  const site = testSite();
  await site.recognition.start();
  return site;
}

export async function sightingsOf(site: Site) {
  return (await listSightings(site.ports, main, {}, { limit: 50 })).items;
}

export async function registerOf(site: Site, date = '2026-01-05') {
  return (await listAttendance({ ...site.ports, groups: site.groups }, main, { date }, { limit: 50 })).items;
}

/** The face of somebody enrolled. */
export function like(id: PersonId, similarity: number) {
  return { who: id, like: { [id]: similarity } };
}
