import type { Aedes, Client } from 'aedes';
import type { PublishPacket } from 'aedes';

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
export function refusedConnect(returnCode: number, reason: string) {
  return Object.assign(new Error(reason), { returnCode });
}

/** What aedes 2.0.0-beta.1 keeps on a client and does not declare. */
interface ClientInside {
  clean: boolean;
  sessionExpiryInterval: number;
  subscriptions: object;
}

/**
 * aedes keeps clients and subscriptions in plain objects by names that clients choose, so that the client id or topic
 * `constructor` finds a function there and throws. Maps without a prototype do not.
 */
export function withoutPrototypes(broker: Aedes): void {
  (broker as unknown as { clients: object }).clients = Object.create(null);
}

/** Call when a client connects, see `withoutPrototypes`. */
export function withoutPrototype(client: Client): void {
  (client as unknown as ClientInside).subscriptions = Object.create(null);
}

/**
 * Ends the session with the connection, whatever the client asked for: nothing is queued for who is away, so nothing grows.
 * An MQTT 5 client is told by CONNACK if the broker's `sessionExpiryIntervalLimit` is 1.
 */
export function endSessionWithConnection(client: Client): void {
  const inside = client as unknown as ClientInside;
  inside.clean = true;
  inside.sessionExpiryInterval = 0;
}

/** A message from us to a client. */
export function outgoing(topic: string, payload: string, qos: 0 | 1): PublishPacket {
  return { cmd: 'publish', topic, payload, qos, retain: false, dup: false };
}
