import { DeviceId } from '@rollcall/contract/ids';
import { z } from 'zod';
import { IotDeviceShadows } from '../../adapters/aws/iot-device-shadows.ts';
import { followPresence } from '../../domain/follow-presence.ts';
import { PresenceStore } from '../../store/presence-store.ts';
import { CloudConfig, fromEnvironment } from './config.ts';
import { functionBasis, lambdaHandler } from './invocation.ts';
import { lazyDeviceCertificates } from './lazy-device-certificates.ts';
import { openIotData, openLiveFeed } from './open-messages.ts';
import { openRecords } from './open-records.ts';

/** What `presenceSql` of the manifest selects. Source: "Lifecycle events", AWS IoT developer guide. */
const PresenceEvent = z.object({
  eventType: z.enum(['connected', 'disconnected']),
  clientId: DeviceId,
  /** The id of the certificate, which is its SHA-256 fingerprint. */
  principalIdentifier: z.string(),
  sessionIdentifier: z.string(),
  versionNumber: z.int(),
  timestamp: z.number(),
});

const config = fromEnvironment(CloudConfig);
const basis = functionBasis('presence', config);
const { table, stores, clock } = openRecords(config);
const data = openIotData(config);
const ports = {
  devices: stores.devices,
  deviceCertificates: lazyDeviceCertificates(),
  shadows: new IotDeviceShadows(data),
  presence: new PresenceStore(table),
  liveFeed: openLiveFeed(config, data, basis),
  clock,
};

/** Keeps which devices are connected. Clients that are no device of ours, such as browsers, are let go. */
export const handler = lambdaHandler(basis, async (raw) => {
  const { data: event } = PresenceEvent.safeParse(raw);
  if (!event) return;
  await followPresence(ports, {
    clientId: event.clientId,
    certificate: event.principalIdentifier,
    online: event.eventType === 'connected',
    session: event.sessionIdentifier,
    connection: event.versionNumber,
    at: event.timestamp,
  });
});
