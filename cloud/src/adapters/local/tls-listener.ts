import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import { brokerHosts } from './broker-hosts.ts';
import { type CertificateAuthority, fingerprintOf } from './certificate-authority.ts';
import { listenProblem } from './listen-problem.ts';
import { SparseWarnings } from './sparse-warnings.ts';

const renewalCheckMs = 6 * 3_600_000;
/** A site has some hundred devices; beyond this somebody opens connections for sport. */
const maxConnections = 2_000;

export interface TlsListenerOptions {
  readonly ca: CertificateAuthority;
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly onSocket: (socket: TLSSocket) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** Listens for clients with a certificate of our CA, TLS 1.2 or later, and renews its own certificate in time. */
export class TlsListener {
  readonly #options: TlsListenerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #renewal: NodeJS.Timeout | undefined;

  constructor(options: TlsListenerOptions) {
    const { ca, onSocket, log, clock } = options;
    this.#options = options;
    const warnings = new SparseWarnings(log, clock);
    this.#server = createServer(
      {
        ca: ca.certificatePem,
        requestCert: true,
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
        handshakeTimeout: 10_000,
        noDelay: true,
        // A device that lost its power says no goodbye: the kernel finds out within a minute.
        keepAlive: true,
        keepAliveInitialDelay: 30_000,
      },
      onSocket,
    );
    this.#server.maxConnections = maxConnections;
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('tlsClientError', (error: Error & { code?: string }, socket) => {
      const remoteAddress = socket.remoteAddress;
      warnings.warn('tls-refused', remoteAddress ?? '', { remoteAddress, ...whyRefused(error, socket) });
    });
  }

  /** @returns the port. @throws Misconfigured when it cannot have it. */
  async start(): Promise<number> {
    const { host, port, log } = this.#options;
    await this.#useCertificate();
    const listening = once(this.#server, 'listening');
    this.#server.listen(port, host);
    try {
      await listening;
    } catch (cause) {
      throw listenProblem(cause, { host, port, option: '--mqtt-port' });
    }
    this.#renewal = setInterval(() => {
      this.#useCertificate().catch((err: unknown) => log.error('broker-certificate-not-renewed', { err }));
    }, renewalCheckMs).unref();
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  /** Takes no more connections; those that are open stay. */
  close(): void {
    clearInterval(this.#renewal);
    this.#server.close();
  }

  /** Ends what is still open. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #useCertificate(): Promise<void> {
    const { ca, host } = this.#options;
    const { certificatePem, privateKeyPem } = await ca.server(brokerHosts(host));
    this.#server.setSecureContext({
      ca: ca.certificatePem,
      cert: certificatePem,
      key: privateKeyPem,
      minVersion: 'TLSv1.2',
    });
  }
}

/**
 * A certificate that we refuse, such as one that has ended, ends the connection without an error of its own; why stands beside it, and the
 * certificate's fingerprint says in the records whose it is.
 */
function whyRefused(error: Error & { code?: string }, socket: TLSSocket): { reason: string; certificate?: string } {
  // A code, though the types say an error.
  const refusal: unknown = socket.authorizationError;
  const certificate = socket.getPeerX509Certificate();
  return {
    reason: typeof refusal === 'string' ? refusal : (error.code ?? error.message),
    ...(certificate && { certificate: fingerprintOf(certificate) }),
  };
}
