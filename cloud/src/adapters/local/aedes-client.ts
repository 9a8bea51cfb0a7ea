import type { Aedes, Client, PublishPacket } from 'aedes';

/** MQTT 5 reason codes that we send. Source: MQTT 5.0, 2.4. */
export const reasonCodes = {
  notAuthorized: 0x87,
  sessionTakenOver: 0x8e,
  packetTooLarge: 0x95,
  maximumConnectTime: 0xa0,
};

/** Return codes of a refused CONNECT; aedes turns them into reason codes for MQTT 5. Source: MQTT 3.1.1, 3.2.2.3. */
export const returnCodes = { identifierRejected: 2, serverUnavailable: 3, badCredentials: 4, notAuthorized: 5 };

/** A refusal as aedes wants it from `authenticate`. */
export type RefusedConnect = Error & { readonly returnCode: number };

/** @param returnCode one of `returnCodes`. @param reason for the log; the client gets the code. */
export function refusedConnect(returnCode: number, reason: string): RefusedConnect {
  return Object.assign(new Error(reason), { returnCode });
}

/**
 * aedes 2.0.0-beta.1 keeps clients and subscriptions in plain objects by names that clients choose, so that the client id or topic
 * `constructor` finds a function there and throws. Maps without a prototype do not.
 */
export function withoutPrototypes(broker: Aedes): void {
  Object.assign(broker, { clients: Object.create(null) });
}

/** Call when a client connects, see `withoutPrototypes`. */
export function withoutPrototype(client: Client): void {
  Object.assign(client, { subscriptions: Object.create(null) });
}

/**
 * Ends the session with the connection, whatever the client asked for: nothing is queued for who is away, so nothing grows.
 * An MQTT 5 client is told by CONNACK if the broker's `sessionExpiryIntervalLimit` is 1.
 */
export function endSessionWithConnection(client: Client): void {
  Object.assign(client, { clean: true, sessionExpiryInterval: 0 });
}

/** Tells one of aedes' callbacks what came of `work`. */
export async function settle(work: Promise<void>, tell: (error: Error | null) => void): Promise<void> {
  try {
    await work;
  } catch (error) {
    tell(error instanceof Error ? error : new Error(String(error)));
    return;
  }
  tell(null);
}

/** A message from us to a client. */
export function outgoing(topic: string, payload: string, qos: 0 | 1): PublishPacket {
  return { cmd: 'publish', topic, payload, qos, retain: false, dup: false };
}
