import type { OrganizationId } from '@rollcall/contract/ids';
import type { LiveEvent } from '@rollcall/contract/live-event';

/** Tells open dashboards what just happened. Best effort: what nobody hears is not kept. */
export interface LiveFeed {
  publish(org: OrganizationId, event: LiveEvent): Promise<void>;
}
