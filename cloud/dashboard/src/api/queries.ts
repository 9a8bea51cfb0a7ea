import type { ApiKey, Me } from '@rollcall/contract/access';
import type { Attendance } from '@rollcall/contract/attendance';
import type { DaySummary } from '@rollcall/contract/day-summary';
import type { Organization } from '@rollcall/contract/organization';
import type { Page } from '@rollcall/contract/page';
import type { Person, Photo } from '@rollcall/contract/person';
import type { Device, Door } from '@rollcall/contract/place';
import type { Sighting } from '@rollcall/contract/sighting';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { feedLength } from '../live/feed-length.ts';
import type { Api, QueryParameters } from './api.ts';
import { keys } from './keys.ts';

/** Rows that a list reads at once. */
const pageSize = 100;

export const meQuery = (api: Api) =>
  queryOptions({ queryKey: keys.me(), queryFn: () => api.get<Me>('/v1/me'), staleTime: 300_000 });

export const organizationQuery = (api: Api) =>
  queryOptions({
    queryKey: keys.organization(),
    queryFn: () => api.get<Organization>('/v1/organization'),
    staleTime: 60_000,
  });

export const summaryQuery = (api: Api, date?: string) =>
  queryOptions({
    queryKey: keys.summary(date),
    queryFn: () => api.get<DaySummary>('/v1/attendance/summary', { date }),
  });

export const feedQuery = (api: Api) =>
  queryOptions({
    queryKey: keys.feed(),
    queryFn: () => api.get<Page<Sighting>>('/v1/sightings', { limit: feedLength }),
  });

export const openSightingsQuery = (api: Api) =>
  queryOptions({
    queryKey: keys.openSightings(),
    queryFn: () => firstSightings(api, { open: true, limit: pageSize }),
  });

export const peopleQuery = (api: Api, query: string, groupId: string) =>
  infiniteQueryOptions({
    queryKey: keys.people(query, groupId),
    queryFn: ({ pageParam }) =>
      api.get<Page<Person>>('/v1/people', { query, groupId, limit: pageSize, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const personQuery = (api: Api, id: string) =>
  queryOptions({ queryKey: keys.person(id), queryFn: () => api.get<Person>(`/v1/people/${id}`) });

export const photosQuery = (api: Api, personId: string) =>
  queryOptions({
    queryKey: keys.photos(personId),
    queryFn: () => api.get<Page<Photo>>(`/v1/people/${personId}/photos`),
    staleTime: 300_000,
  });

export const personAttendanceQuery = (api: Api, id: string, from: string, to: string) =>
  queryOptions({
    queryKey: keys.personAttendance(id, from),
    queryFn: () => api.get<Page<Attendance>>(`/v1/people/${id}/attendance`, { from, to, limit: pageSize }),
  });

export const personSightingsQuery = (api: Api, personId: string) =>
  queryOptions({
    queryKey: keys.personSightings(personId),
    queryFn: () => firstSightings(api, { personId, limit: 20 }),
  });

export const doorsQuery = (api: Api) =>
  queryOptions({
    queryKey: keys.doors(),
    queryFn: () => everyPage<Door>(api, '/v1/doors'),
    staleTime: 60_000,
  });

export const devicesQuery = (api: Api) =>
  queryOptions({ queryKey: keys.devices(), queryFn: () => everyPage<Device>(api, '/v1/devices') });

export const apiKeysQuery = (api: Api) =>
  queryOptions({ queryKey: keys.apiKeys(), queryFn: () => api.get<Page<ApiKey>>('/v1/api-keys', { limit: 200 }) });

/** All of a list as one page: there may be more cameras and doors than the API lists at once. */
async function everyPage<T>(api: Api, path: string): Promise<Page<T>> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<T> = await api.get<Page<T>>(path, { limit: 200, cursor });
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return { items, nextCursor: null };
}

/** A filtered page may be empty and still not be the last one: reads on until there is something, at most ten pages. */
async function firstSightings(api: Api, query: QueryParameters): Promise<Page<Sighting>> {
  let page = await api.get<Page<Sighting>>('/v1/sightings', query);
  for (let read = 1; page.items.length === 0 && page.nextCursor && read < 10; read += 1) {
    page = await api.get<Page<Sighting>>('/v1/sightings', { ...query, cursor: page.nextCursor });
  }
  return page;
}
