import { once } from 'node:events';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { type Ack, CaptureMessage, PassageMessage } from '@rollcall/contract/capture';
import { Heartbeat } from '@rollcall/contract/heartbeat';
import { Aedes, type Client, type PublishPacket } from 'aedes';
import { z } from 'zod';
import { type Keyed, type Life, TestCa } from './test-certificates.ts';

/** What a test can set while the broker runs. */
export interface TestBrokerRules {
  /** The cloud's answer; undefined: none. */
  ack: (id: string, message: CaptureMessage | PassageMessage) => Ack | undefined;
  mayPublish: (topic: string) => boolean;
  /** Called with the size of each message that arrives. */
  onMessage: (bytes: number) => void;
  /** By the common name of the certificate. */
  mayConnect: (commonName: string) => boolean;
  maySubscribe: (topic: string) => boolean;
  allowedSerials: readonly string[];
  /** What is answered to a request on a topic of a device’s jobs; undefined: nothing. */
  onJobs: (topic: string, request: unknown) => { outcome: 'accepted' | 'rejected'; body: unknown } | undefined;
  /** Called before each provisioning answer; what it throws ends the connection without one. */
  onProvisioning: (step: 'csr' | 'register') => void;
}

/** A real broker over mutual TLS on a free port, with a cloud that keeps ids in memory and issues certificates. */
export class TestBroker {
  readonly ca: TestCa;
  readonly rules: TestBrokerRules = {
    ack: (id) => ({ id, status: 'stored' }),
    mayPublish: () => true,
    onMessage: () => {},
    mayConnect: () => true,
    maySubscribe: () => true,
    allowedSerials: ['camera-1'],
    onJobs: () => undefined,
    onProvisioning: () => {},
  };
  /** Ids of captures and passages, in order, with repetitions. */
  readonly received: string[] = [];
  readonly passages: PassageMessage[] = [];
  readonly captures: CaptureMessage[] = [];
  readonly heartbeats: Heartbeat[] = [];
  readonly issued: string[] = [];
  connects = 0;
  port = 0;
  readonly #server: Keyed;
  #tls: Server | undefined;
  #aedes: Aedes | undefined;
  readonly #sockets = new Set<TLSSocket>();

  private constructor(ca: TestCa, server: Keyed) {
    this.ca = ca;
    this.#server = server;
  }

  /** @param life of its certificate. */
  static async start(life?: Life): Promise<TestBroker> {
    const ca = await TestCa.make();
    const broker = new TestBroker(ca, await ca.server(life));
    await broker.listen();
    return broker;
  }

  /** Starts again on the port that it had. */
  async listen(): Promise<void> {
    const aedes = await Aedes.createBroker({
      authenticate: (client, _name, _password, done) => {
        this.connects++;
        if (this.rules.mayConnect(commonNameOf(client))) done(null, true);
        else done(Object.assign(new Error('refused'), { returnCode: 5 }), false);
      },
      authorizePublish: (_client, packet, done) =>
        done(this.rules.mayPublish(packet.topic) ? null : new Error('denied')),
      authorizeSubscribe: (_client, subscription, done) =>
        done(null, this.rules.maySubscribe(subscription.topic) ? subscription : null),
      published: (packet, client, done) => {
        void this.#published(packet, client);
        done();
      },
    });
    const { certificatePem: cert, privateKeyPem: key } = this.#server;
    const tls = createServer({ cert, key, ca: this.ca.pem, requestCert: true, rejectUnauthorized: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      aedes.handle(socket);
    });
    tls.on('tlsClientError', () => {});
    tls.listen(this.port, '127.0.0.1');
    await once(tls, 'listening');
    const address = tls.address();
    if (typeof address === 'object' && address) this.port = address.port;
    this.#tls = tls;
    this.#aedes = aedes;
  }

  async stop(): Promise<void> {
    this.#tls?.close();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => (this.#aedes ? this.#aedes.close(resolve) : resolve()));
  }

  /** Tells every device that listens. */
  tell(topic: string, body: unknown): void {
    this.#aedes?.publish(message(topic, body), () => {});
  }

  async #published(packet: PublishPacket, client: Client | null): Promise<void> {
    const topic = /^\$aws\/rules\/rollcall_(capture|passage|health)\/([^/]+)\/([^/]+)$/.exec(packet.topic);
    if (topic) return this.#ingest(String(topic[1]), `rollcall/${topic[2]}/${topic[3]}/ack`, packet);
    if (!client || !packet.topic.startsWith('$aws/')) return;
    const request: unknown = JSON.parse(packet.payload.toString());
    const isOfJobs = packet.topic.startsWith('$aws/things/') && packet.topic.includes('/jobs/');
    const answer = isOfJobs ? this.rules.onJobs(packet.topic, request) : await this.#provision(packet.topic, request);
    if (answer) client.publish(message(`${packet.topic}/${answer.outcome}`, answer.body), () => {});
  }

  #ingest(rule: string, ackTopic: string, packet: PublishPacket): void {
    this.rules.onMessage(packet.payload.length);
    const value: unknown = JSON.parse(packet.payload.toString());
    if (rule === 'health') {
      this.heartbeats.push(Heartbeat.parse(value));
      return;
    }
    const parsed = rule === 'capture' ? CaptureMessage.parse(value) : PassageMessage.parse(value);
    const id = 'image' in parsed ? parsed.captureId : parsed.passageId;
    this.received.push(id);
    if ('image' in parsed) this.captures.push(parsed);
    else this.passages.push(parsed);
    const ack = this.rules.ack(id, parsed);
    if (ack) this.#aedes?.publish(message(ackTopic, ack), () => {});
  }

  async #provision(topic: string, request: unknown) {
    if (topic === '$aws/certificates/create-from-csr/json') {
      this.rules.onProvisioning('csr');
      const { certificateSigningRequest } = z.object({ certificateSigningRequest: z.string() }).parse(request);
      const certificatePem = await this.ca.sign(certificateSigningRequest);
      this.issued.push(certificatePem);
      const token = `token-${this.issued.length}`;
      return { outcome: 'accepted', body: { certificateId: '1', certificatePem, certificateOwnershipToken: token } };
    }
    if (topic !== '$aws/provisioning-templates/rollcall/provision/json') return undefined;
    this.rules.onProvisioning('register');
    const { certificateOwnershipToken, parameters } = z
      .object({ certificateOwnershipToken: z.string(), parameters: z.object({ SerialNumber: z.string() }) })
      .parse(request);
    if (certificateOwnershipToken !== `token-${this.issued.length}`) {
      return rejected(400, 'InvalidCertificateOwnershipToken', 'the token is unknown');
    }
    if (!this.rules.allowedSerials.includes(parameters.SerialNumber)) {
      return rejected(403, 'AccessDenied', 'the serial number is not on the allow-list');
    }
    const body = { thingName: parameters.SerialNumber, deviceConfiguration: { org: 'main' } };
    return { outcome: 'accepted', body };
  }
}

function rejected(statusCode: number, errorCode: string, errorMessage: string) {
  return { outcome: 'rejected', body: { statusCode, errorCode, errorMessage } };
}

function message(topic: string, body: unknown): PublishPacket {
  return { cmd: 'publish', topic, payload: JSON.stringify(body), qos: 1, retain: false, dup: false };
}

function commonNameOf(client: Client): string {
  const { conn } = client;
  if (!('getPeerCertificate' in conn) || typeof conn.getPeerCertificate !== 'function') return '';
  // Nobody any more when the client is gone already.
  return Peer.safeParse(conn.getPeerCertificate()).data?.subject.CN ?? '';
}

const Peer = z.object({ subject: z.object({ CN: z.string() }) });
