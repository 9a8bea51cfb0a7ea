import type { LiveEvent } from '@rollcall/contract/live-event';
import type { Page } from '@rollcall/contract/page';
import type { Device } from '@rollcall/contract/place';
import type { Sighting } from '@rollcall/contract/sighting';
import type { QueryClient } from '@tanstack/react-query';
import { keys } from '../api/keys.ts';
import { feedLength } from './feed-length.ts';

/** ms for which rereads are gathered: in a rush of 20 people a second the page reads the day once. */
const gatherMs = 700;
/** Besides, ms for each device: every one tells of its health each minute, and the list is as long as they are many. */
const gatherMsOfDevice = 20;

/** Brings live events into what the pages have read. */
export function applyLiveEvents(client: QueryClient) {
  const timers = new Map<string, ReturnType<typeof setTimeout>>();

  const reread = (ms: number, ...roots: string[]) => {
    for (const root of roots.filter((one) => !timers.has(one))) {
      const read = () => {
        timers.delete(root);
        void client.invalidateQueries({ queryKey: [root] });
      };
      timers.set(root, setTimeout(read, ms));
    }
  };
  const deviceCount = () => client.getQueryData<Page<Device>>(keys.devices())?.items.length ?? 0;

  return {
    event(event: LiveEvent) {
      switch (event.kind) {
        case 'sighting':
          client.setQueryData<Page<Sighting>>(keys.feed(), (page) => page && withSighting(page, event.sighting));
          reread(gatherMs, 'open-sightings', 'person-sightings');
          return;
        case 'attendance':
          reread(gatherMs, 'summary', 'person-attendance');
          return;
        case 'device':
          reread(Math.max(gatherMs, gatherMsOfDevice * deviceCount()), 'devices');
          return;
      }
    },
    everything: () => reread(gatherMs, 'feed', 'summary', 'devices', 'open-sightings'),
    stop: () => timers.forEach(clearTimeout),
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
