import type { DeviceId } from '@rollcall/contract/ids';
import type { Presence, PresenceStore } from '../store/presence-store.ts';
import { certificatesOf, isAdmitted } from './device-certificates.ts';
import { finishArrival, type RecordPresencePorts, recordConnected, recordDisconnected } from './record-presence.ts';

export interface FollowPresencePorts extends RecordPresencePorts {
  readonly presence: PresenceStore;
}

/** What a broker elsewhere tells of a client's connection. Events may come twice and in any order. */
export interface ConnectionEvent extends Presence {
  readonly clientId: DeviceId;
  /** Fingerprint of the certificate with which the client came. */
  readonly certificate: string;
}

/** AWS IoT starts to count anew for a client that was away for about an hour. */
const countResetMs = 55 * 60_000;

/**
 * Keeps which devices are connected. A client with another certificate than the device's own, such as one that shows a claim or that
 * has another organization's, changes nothing.
 * @returns whether it was news.
 */
export async function followPresence(ports: FollowPresencePorts, event: ConnectionEvent): Promise<boolean> {
  const { clientId, certificate, online, session, connection, at } = event;
  const org = await ports.devices.organizationOf(clientId);
  const device = org && (await ports.devices.get(org, clientId));
  if (!org || !device || !certificatesOf(device).includes(certificate)) return false;
  // One that was revoked may go, but not come.
  if (online && !isAdmitted(device, certificate)) return false;
  const next = { online, session, connection, at };
  if (!(await ports.presence.replace(org, clientId, next, isNewer))) {
    // It comes again because something failed after it was kept: that is what is left to do.
    if (online) await finishArrival(ports, org, device);
    return false;
  }
  if (online) await recordConnected(ports, org, clientId, certificate);
  else await recordDisconnected(ports, org, clientId);
  return true;
}

/** Whether `next` happened after `stored`, by the count of connections: clocks of events are not that exact. */
export function isNewer(next: Presence, stored: Presence): boolean {
  if (next.at - stored.at > countResetMs) return true;
  if (stored.at - next.at > countResetMs) return false;
  if (next.connection !== stored.connection) return next.connection > stored.connection;
  // A connection begins once and ends once.
  return stored.online && !next.online;
}
