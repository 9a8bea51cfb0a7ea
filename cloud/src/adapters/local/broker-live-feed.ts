import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { OrganizationId } from '@rollcall/contract/ids';
import type { LiveEvent } from '@rollcall/contract/live-event';
import { liveTopic } from '@rollcall/contract/topics';
import { Denied } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import { Aedes, type Client } from 'aedes';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import type { LiveAddress } from '../../domain/live-access.ts';
import type { Identity, Principal } from '../../ports/identity.ts';
import type { LiveFeed } from '../../ports/live-feed.ts';
import {
  endSessionWithConnection,
  outgoing,
  reasonCodes,
  refusedConnect,
  returnCodes,
  settle,
  withoutPrototype,
  withoutPrototypes,
} from './aedes-client.ts';
import { livePolicy, type TopicPolicy } from './topic-policy.ts';
import { tokenExpiry } from '../token-expiry.ts';

/** A browser sends a token and subscriptions, no more. */
const maxPacketBytes = 16 * 1024;
/** What waits for a browser that does not read, at most; what is newer is left out. */
const maxUnsentBytes = 256 * 1024;
const maxBrowsers = 500;
/** For a token that does not say how long it counts. */
const maxSessionMs = 3_600_000;

/** On the origin of the dashboard. */
const path = '/mqtt';

export interface BrokerLiveFeedOptions {
  readonly prefix: string;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The live feed of the site edition: MQTT over WebSocket, subscribing only. User name `token`, password an OIDC access token.
 * A broker of its own, so that no browser shares names, limits or queues with the devices.
 */
export class BrokerLiveFeed implements LiveFeed {
  readonly #options: BrokerLiveFeedOptions;
  readonly #aedes: Aedes;
  readonly #policies = new WeakMap<Client, TopicPolicy>();
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxPacketBytes,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });
  #browsers = 0;
  #started: Promise<void> | undefined;

  constructor(options: BrokerLiveFeedOptions) {
    this.#options = options;
    this.#aedes = new Aedes({
      concurrency: 0,
      connectTimeout: 10_000,
      drainTimeout: 20_000,
      keepaliveLimit: 1_200,
      maxClientsIdLength: 128,
      maxTopicLevels: 8,
      maximumPacketSize: maxPacketBytes,
      sessionExpiryIntervalLimit: 1,
      preConnect: (client, packet, done) => {
        withoutPrototype(client);
        packet.clean = true;
        if (packet.protocolVersion !== 5) packet.keepalive = Math.min(packet.keepalive || 60, 1_200);
        // None may end another's connection by taking its client id.
        packet.clientId = `live/${++this.#browsers}`;
        done(null, true);
      },
      authenticate: (client, _name, password, done) => {
        endSessionWithConnection(client);
        void settle(this.#signIn(client, password?.toString() ?? ''), (error) =>
          error ? done(refusal(error, this.#options.log), false) : done(null, true),
        );
      },
      authorizePublish: (client, _packet, done) => done(client ? new Denied('browsers publish nothing') : null),
      authorizeSubscribe: (client, subscription, done) =>
        done(null, this.#policies.get(client)?.maySubscribe(subscription.topic) ? subscription : null),
      authorizeForward: (client, packet) => {
        const room = client.conn.writableLength < maxUnsentBytes;
        return room && this.#policies.get(client)?.mayReceive(packet.topic) ? packet : null;
      },
    });
    withoutPrototypes(this.#aedes);
  }

  /** How browsers come by it. */
  get address(): LiveAddress {
    return { url: path, username: 'token', minTokenSeconds: 0, prefix: this.#options.prefix };
  }

  start(): Promise<void> {
    this.#started ??= this.#aedes.listen();
    return this.#started;
  }

  /** Answers WebSocket upgrades of `server` at `/mqtt`. Other paths are left to other listeners, if there are any. */
  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      if (pathname === path && this.#webSockets.clients.size < maxBrowsers) {
        this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => this.#open(webSocket, request));
      } else if (pathname === path || server.listenerCount('upgrade') === 1) {
        socket.end(
          `HTTP/1.1 ${pathname === path ? '503 Service Unavailable' : '404 Not Found'}\r\nConnection: close\r\n\r\n`,
        );
      }
    });
  }

  async publish(org: OrganizationId, event: LiveEvent): Promise<void> {
    if (this.#webSockets.clients.size === 0) return;
    const packet = outgoing(liveTopic(this.#options.prefix, org, event.kind), JSON.stringify(event), 0);
    await new Promise<void>((resolve) => {
      // Best effort: whom it does not reach reads it over the API.
      this.#aedes.publish(packet, () => resolve());
    });
  }

  /** May be called twice. */
  async stop(): Promise<void> {
    if (!this.#started) return;
    await this.#started;
    for (const webSocket of this.#webSockets.clients) setTimeout(() => webSocket.terminate(), 1_000).unref();
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
    for (const webSocket of this.#webSockets.clients) webSocket.terminate();
    this.#webSockets.close();
  }

  #open(webSocket: WebSocket, request: IncomingMessage): void {
    this.#aedes.handle(createWebSocketStream(webSocket), request);
  }

  async #signIn(client: Client, token: string): Promise<void> {
    const principal = await this.#options.identity.verify(token);
    const { organizationId, role } = principal;
    if (role === 'kiosk') throw new Denied('a kiosk has no live feed');
    this.#policies.set(client, livePolicy(this.#options.prefix, organizationId, role));
    this.#endWithToken(client, token, principal);
  }

  #endWithToken(client: Client, token: string, principal: Principal): void {
    const { clock, log } = this.#options;
    const left = tokenExpiry(token) - clock.now();
    const timer = setTimeout(
      () => {
        log.debug('live-session-expired', { subject: principal.subject });
        client.disconnect({ reasonCode: reasonCodes.maximumConnectTime });
      },
      Math.max(0, Math.min(left, maxSessionMs)),
    );
    timer.unref();
    client.conn.once('close', () => clearTimeout(timer));
  }
}

function refusal(error: unknown, log: Log) {
  if (error instanceof Denied) {
    const code = error.code === 'unauthenticated' ? returnCodes.badCredentials : returnCodes.notAuthorized;
    return refusedConnect(code, error.message);
  }
  log.error('live-sign-in-failed', { err: error });
  return refusedConnect(returnCodes.serverUnavailable, 'try again later');
}
