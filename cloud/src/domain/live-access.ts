import type { LiveAccess, Role } from '@rollcall/contract/access';
import type { LiveEvent } from '@rollcall/contract/live-event';
import { liveTopic } from '@rollcall/contract/topics';
import type { Principal } from '../ports/identity.ts';

/** Where an edition has its live feed. */
export interface LiveAddress extends Pick<LiveAccess, 'url' | 'username' | 'minTokenSeconds'> {
  /** The deployment's prefix of topics. */
  readonly prefix: string;
}

const everyKind: readonly LiveEvent['kind'][] = ['sighting', 'attendance', 'device'];

/** What of the live feed a role may hear, in both editions. */
export const liveKinds: Readonly<Record<Role, readonly LiveEvent['kind'][]>> = {
  owner: everyKind,
  admin: everyKind,
  viewer: everyKind,
  // Devices and doors are all that ops see; a kiosk gets its answers from the API.
  operator: ['device'],
  kiosk: [],
};

/** How `principal` comes by the live feed; null when it hears nothing. */
export function liveAccess({ prefix, ...address }: LiveAddress, principal: Principal): LiveAccess | null {
  const { organizationId, subject, role } = principal;
  const [only, ...more] = liveKinds[role];
  if (!only) return null;
  const topicFilter = liveTopic(prefix, organizationId, more.length > 0 ? '#' : only);
  return { ...address, clientIdPrefix: liveClientIdPrefix(subject), topicFilter };
}

/** With what the client ids of somebody's connections begin, so that nobody ends a connection of another. */
export function liveClientIdPrefix(subject: string): string {
  return `live-${subject}-`;
}
