import type { TLSSocket } from 'node:tls';
import type { OrganizationId } from '@rollcall/contract/ids';
import { Denied } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import type { Client, ConnectPacket } from 'aedes';
import type { Rule } from '../../manifest.ts';
import {
  endSessionWithConnection,
  type RefusedConnect,
  refusedConnect,
  returnCodes,
  withoutPrototype,
} from './aedes-client.ts';
import { fingerprintOf } from './certificate-authority.ts';
import type { Admitted } from './device-admission.ts';
import { SparseWarnings } from './sparse-warnings.ts';
import { claimPolicy, type DevicePolicy, devicePolicy, type TopicPolicy } from './topic-policy.ts';

export interface DeviceArrivalsOptions {
  readonly org: OrganizationId;
  readonly prefix: string;
  readonly template: string;
  readonly rules: readonly Rule[];
  /** @throws Denied when nobody may connect with this certificate and client id. */
  readonly admit: (fingerprint: string, clientId: string) => Promise<Admitted>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Who a connection is, and what it may. */
export type Peer =
  | (Extract<Admitted, { kind: 'device' }> & { readonly policy: DevicePolicy })
  | (Extract<Admitted, { kind: 'claim' }> & { readonly policy: TopicPolicy });

/** Finds out who comes, by certificate, and lets in who may. */
export class DeviceArrivals {
  readonly #options: DeviceArrivalsOptions;
  readonly #maxKeepaliveSeconds: number;
  readonly #warnings: SparseWarnings;
  readonly #sockets = new WeakMap<Client, TLSSocket>();
  readonly #found = new WeakMap<Client, Peer | Error>();
  #claims = 0;

  constructor(options: DeviceArrivalsOptions, maxKeepaliveSeconds: number) {
    this.#options = options;
    this.#maxKeepaliveSeconds = maxKeepaliveSeconds;
    this.#warnings = new SparseWarnings(options.log, options.clock);
  }

  /** A connection that has said nothing yet. */
  expect(client: Client, socket: TLSSocket): void {
    this.#sockets.set(client, socket);
  }

  /** Before aedes looks at the client id. Whoever is refused hears it from `refusalOf`, in a CONNACK. */
  async identify(client: Client, packet: ConnectPacket): Promise<void> {
    withoutPrototype(client);
    packet.clean = true;
    if (packet.protocolVersion !== 5) {
      // MQTT 5 clients are told the limit; others are held to it, as on AWS.
      packet.keepalive = Math.min(packet.keepalive || this.#maxKeepaliveSeconds, this.#maxKeepaliveSeconds);
    }
    try {
      const peer = await this.#peerWith(this.#sockets.get(client), packet.clientId);
      this.#found.set(client, peer);
      // Many devices share a claim: none may end another's connection, or a device's, by taking its client id.
      if (peer.kind === 'claim') packet.clientId = `claim/${++this.#claims}`;
    } catch (error) {
      this.#found.set(client, error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Why the client may not come in; null lets it in. */
  refusalOf(client: Client): RefusedConnect | null {
    const found = this.#found.get(client);
    if (found && !(found instanceof Error)) {
      endSessionWithConnection(client);
      return null;
    }
    const clientId = client.id.slice(0, 64);
    const remoteAddress = this.#sockets.get(client)?.remoteAddress;
    if (!(found instanceof Denied)) {
      this.#options.log.error('device-admission-failed', { clientId, remoteAddress, err: found });
      return refusedConnect(returnCodes.serverUnavailable, 'try again later');
    }
    const { code, message: reason } = found;
    this.#warnings.warn('device-refused', `${code} ${clientId}`, { clientId, remoteAddress, code, reason });
    const { identifierRejected, notAuthorized } = returnCodes;
    return refusedConnect(code === 'wrong-client-id' ? identifierRejected : notAuthorized, reason);
  }

  /** undefined for who was refused. */
  peerOf(client: Client): Peer | undefined {
    const found = this.#found.get(client);
    return found instanceof Error ? undefined : found;
  }

  async #peerWith(socket: TLSSocket | undefined, clientId: string): Promise<Peer> {
    const { org, prefix, rules, template } = this.#options;
    const certificate = socket?.getPeerX509Certificate();
    if (!certificate) throw new Denied('expected a client certificate', { code: 'no-certificate' });
    const admitted = await this.#options.admit(fingerprintOf(certificate), clientId);
    if (admitted.kind === 'claim') return { ...admitted, policy: claimPolicy(template) };
    return { ...admitted, policy: devicePolicy(prefix, rules, org, admitted.deviceId, template) };
  }
}
