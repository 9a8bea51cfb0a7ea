/** Names under which what was read is kept; the first word is what the live feed makes stale. */
export const keys = {
  me: () => ['me'] as const,
  organization: () => ['organization'] as const,
  summary: (date: string | undefined) => ['summary', date ?? 'today'] as const,
  feed: () => ['feed'] as const,
  openSightings: () => ['open-sightings'] as const,
  people: (query: string, groupId: string) => ['people', query, groupId] as const,
  person: (id: string) => ['person', id] as const,
  photos: (personId: string) => ['photos', personId] as const,
  personAttendance: (id: string, from: string) => ['person-attendance', id, from] as const,
  personSightings: (id: string) => ['person-sightings', id] as const,
  picture: (path: string) => ['picture', path] as const,
  doors: () => ['doors'] as const,
  devices: () => ['devices'] as const,
  apiKeys: () => ['api-keys'] as const,
};
