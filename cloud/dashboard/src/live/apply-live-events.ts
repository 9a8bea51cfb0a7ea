import type { LiveEvent } from '@rollcall/contract/live-event';
import type { Page } from '@rollcall/contract/page';
import type { Sighting } from '@rollcall/contract/sighting';
import type { QueryClient } from '@tanstack/react-query';
import { keys } from '../api/keys.ts';
import { feedLength } from './feed-length.ts';

/** ms for which rereads are gathered: in a rush of 20 people a second the page reads the day once. */
const gatherMs = 700;

/** Brings live events into what the pages have read. */
export function applyLiveEvents(client: QueryClient) {
  const stale = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const reread = (...roots: string[]) => {
    for (const root of roots) stale.add(root);
    timer ??= setTimeout(() => {
      timer = undefined;
      for (const root of stale) void client.invalidateQueries({ queryKey: [root] });
      stale.clear();
    }, gatherMs);
  };

  return {
    event(event: LiveEvent) {
      switch (event.kind) {
        case 'sighting':
          client.setQueryData<Page<Sighting>>(keys.feed(), (page) => page && withSighting(page, event.sighting));
          reread('open-sightings', 'person-sightings');
          return;
        case 'attendance':
          reread('summary', 'person-attendance');
          return;
        case 'device':
          reread('devices');
          return;
      }
    },
    everything: () => reread('feed', 'summary', 'devices', 'open-sightings'),
    stop: () => clearTimeout(timer),
  };
}

/** Newest first; a sighting that is there already (it was resolved) takes the new shape in its place. */
function withSighting(page: Page<Sighting>, sighting: Sighting): Page<Sighting> {
  if (page.items.some((s) => s.id === sighting.id)) {
    return { ...page, items: page.items.map((s) => (s.id === sighting.id ? sighting : s)) };
  }
  const items = [sighting, ...page.items].sort((a, b) => b.at.localeCompare(a.at)).slice(0, feedLength);
  return { ...page, items };
}
