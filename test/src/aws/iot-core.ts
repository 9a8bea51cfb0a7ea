import { randomUUID } from 'node:crypto';
import { createServer, type TLSSocket } from 'node:tls';
import { outgoing, reasonCodes, settle } from '@rollcall/cloud/adapters/local/aedes-client';
import { type CertificateAuthority, fingerprintOf } from '@rollcall/cloud/adapters/local/certificate-authority';
import { maxPayloadBytes } from '@rollcall/contract/topics';
import { iotPolicyAllows } from '@rollcall/infra/iot-policy-for-tests';
import type { Resource } from '@rollcall/infra/stacks-for-tests';
import { Aedes, type Client, type PublishPacket } from 'aedes';
import { FleetTemplates, type Registered } from './fleet-templates.ts';
import type { IotEmulator } from './iot-emulator.ts';
import { evaluateRule } from './rule-sql.ts';
import { listen } from '../loopback.ts';

export interface IotCoreOptions {
  /** Of the synthesized deployment: rules, policies and provisioning templates are taken from it. */
  readonly of: (type: string) => readonly Resource[];
  /** Its REST APIs: what is published there is heard here, and who is cut off there is gone here. */
  readonly rest: IotEmulator;
  readonly ca: CertificateAuthority;
  /** @param name without the deployment's prefix. */
  readonly invoke: (name: string, event: unknown) => Promise<unknown>;
}

interface Peer {
  readonly certificate: string;
  readonly session: string;
}

/** Lambda tries an event that a rule handed over twice more. */
const attempts = 3;

/**
 * AWS IoT Core's MQTT side for devices, with nothing of ours in it but the templates: mutual TLS, what policies allow, topic rules with their
 * SQL, lifecycle events, fleet provisioning. Source: AWS IoT Core developer guide.
 */
export class IotCore {
  /** What clients tried and no policy allows, as `publish {topic}`. */
  readonly denied: string[] = [];
  /** What functions failed at as often as Lambda tries. */
  readonly failures: unknown[] = [];
  readonly #options: IotCoreOptions;
  readonly #aedes: Aedes;
  readonly #server;
  readonly #sockets = new Set<TLSSocket>();
  readonly #peers = new WeakMap<Client, Peer>();
  readonly #connected = new Map<string, Client>();
  readonly #versions = new Map<string, number>();
  /** Policies by certificate. */
  readonly #policies = new Map<string, readonly string[]>();
  /** Whose device it is, by thing. */
  readonly #owners = new Map<string, string>();
  readonly #provisioning: FleetTemplates;

  constructor(options: IotCoreOptions) {
    this.#options = options;
    const { of, ca, rest } = options;
    this.#provisioning = new FleetTemplates({
      of,
      ca,
      invoke: (arn, event) => options.invoke(this.#functionOf(arn), event),
      onRegistered: (made) => this.#register(made),
    });
    this.#aedes = new Aedes({
      concurrency: 0,
      // Reserved topics have more than others may.
      maxTopicLevels: 12,
      authenticate: (client, _name, _password, done) => {
        const isIn = this.#isActive(client) && this.#may(client, 'Connect', `client/${client.id}`);
        done(isIn ? null : Object.assign(new Error('not authorized'), { returnCode: 5 }), isIn);
      },
      authorizePublish: (client, packet, done) => done(client ? this.#checkPublish(client, packet) : null),
      authorizeSubscribe: (client, subscription, done) =>
        done(null, this.#may(client, 'Subscribe', `topicfilter/${subscription.topic}`) ? subscription : null),
      authorizeForward: (client, packet) => (this.#may(client, 'Receive', `topic/${packet.topic}`) ? packet : null),
      published: (packet, client, done) => void settle(this.#take(packet, client), done),
    });
    this.#aedes.on('client', (client) => this.#lifecycle('connected', client));
    this.#aedes.on('clientDisconnect', (client) => this.#lifecycle('disconnected', client));
    this.#server = createServer({ requestCert: true, rejectUnauthorized: true }, (socket) => this.#handle(socket));
    rest.onPublish = ({ topic, payload }) => this.#aedes.publish(outgoing(topic, payload.toString(), 1), () => {});
    rest.onEnd = (clientId) =>
      this.#connected.get(clientId)?.disconnect({ reasonCode: reasonCodes.notAuthorized }, () => {});
  }

  /** @returns the port, on the loopback. */
  async start(): Promise<number> {
    const { ca } = this.#options;
    const { certificatePem: cert, privateKeyPem: key } = await ca.server(['127.0.0.1']);
    this.#server.setSecureContext({ ca: ca.certificatePem, cert, key });
    await this.#aedes.listen();
    return listen(this.#server);
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #handle(socket: TLSSocket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    const certificate = socket.getPeerX509Certificate();
    const client = this.#aedes.handle(socket);
    if (certificate) this.#peers.set(client, { certificate: fingerprintOf(certificate), session: randomUUID() });
  }

  #isActive(client: Client): boolean {
    return this.#options.rest.certificates.get(this.#peers.get(client)?.certificate ?? '') === 'ACTIVE';
  }

  /** Variables of the thing have values only if the client is called as the thing, and the certificate is attached to it. */
  #may(client: Client, action: string, resource: string): boolean {
    const { certificate = '' } = this.#peers.get(client) ?? {};
    const { rest, of } = this.#options;
    const owner = this.#owners.get(client.id);
    const isAttached = rest.identities.things.get(client.id)?.has(certificate) ?? false;
    const thing = isAttached && owner !== undefined ? { org: owner, device: client.id } : undefined;
    const names = new Set([...(this.#policies.get(certificate) ?? []), rest.identities.policies.get(certificate)]);
    const documents = of('AWS::IoT::Policy').filter(({ properties }) => names.has(properties.PolicyName));
    const isAllowed = documents.some(({ properties }) =>
      iotPolicyAllows(properties.PolicyDocument, thing, `iot:${action}`, resource),
    );
    if (!isAllowed) this.denied.push(`${action.toLowerCase()} ${resource.replace(/^\w+\//, '')}`);
    return isAllowed;
  }

  #checkPublish(client: Client, { topic, payload }: PublishPacket): Error | null {
    if (payload.length > maxPayloadBytes) client.disconnect({ reasonCode: reasonCodes.packetTooLarge });
    return this.#may(client, 'Publish', `topic/${topic}`) ? null : new Error('not authorized');
  }

  async #take({ topic, payload }: PublishPacket, client: Client | null): Promise<void> {
    if (!client) return;
    const bytes = Buffer.from(payload);
    const asking = { clientId: client.id, certificate: this.#peers.get(client)?.certificate ?? '' };
    const answer = await this.#provisioning.answer(asking, topic, bytes);
    // To who asked, subscribed or not.
    if (answer) client.publish(outgoing(answer.topic, JSON.stringify(answer.body), 1), () => {});
    // The receipt does not wait for the rule's action.
    else this.#apply(topic, bytes);
  }

  /** Every rule that the message is for. */
  #apply(topic: string, payload: Buffer): void {
    for (const { properties } of this.#options.of('AWS::IoT::TopicRule')) {
      const { RuleName: name, TopicRulePayload: rule } = properties;
      const basicIngest = `$aws/rules/${name}/`;
      const isOwn = topic.startsWith(basicIngest);
      // Basic Ingest reaches the rule that it names and no other; a rule without FROM is reached in no other way.
      if (!isOwn && (topic.startsWith('$aws/rules/') || !rule.Sql.includes(' FROM '))) continue;
      const input = { topic: isOwn ? topic.slice(basicIngest.length) : topic, payload, receivedAt: Date.now() };
      const event = evaluateRule(rule.Sql, input);
      for (const { Lambda: lambda } of event ? rule.Actions : [])
        void this.#hand(this.#functionOf(lambda.FunctionArn), event);
    }
  }

  async #hand(name: string, event: unknown): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#options.invoke(name, event);
        return;
      } catch (error) {
        if (attempt < attempts) continue;
        this.failures.push(error);
        return;
      }
    }
  }

  /** Source: "Connect/Disconnect events", AWS IoT developer guide. */
  #lifecycle(eventType: 'connected' | 'disconnected', client: Client): void {
    const peer = this.#peers.get(client);
    if (!peer) return;
    if (eventType === 'connected') this.#connected.set(client.id, client);
    else if (this.#connected.get(client.id) === client) this.#connected.delete(client.id);
    const versionNumber = (this.#versions.get(client.id) ?? -1) + (eventType === 'connected' ? 1 : 0);
    this.#versions.set(client.id, versionNumber);
    if (eventType === 'connected') this.#options.rest.connections.add(client.id);
    const event = {
      clientId: client.id,
      timestamp: Date.now(),
      eventType,
      sessionIdentifier: peer.session,
      principalIdentifier: peer.certificate,
      ipAddress: '127.0.0.1',
      versionNumber,
    };
    this.#apply(`$aws/events/presence/${eventType}/${client.id}`, Buffer.from(JSON.stringify(event)));
  }

  #register({ thingName, attributes, certificateId, policies }: Registered): void {
    const { certificates, identities } = this.#options.rest;
    this.#owners.set(thingName, attributes['org'] ?? '');
    certificates.set(certificateId, 'ACTIVE');
    const attached = identities.things.get(thingName) ?? new Set();
    identities.things.set(thingName, attached.add(certificateId));
    this.#policies.set(certificateId, policies);
  }

  /** By the id of its function, which is in every way in which templates name it. */
  #functionOf(arn: unknown): string {
    const named = JSON.stringify(arn);
    const found = this.#options.of('AWS::Lambda::Function').find(({ id }) => named.includes(id));
    if (!found) throw new Error(`no function is ${named}`);
    return String(found.properties.FunctionName).replace(/^[a-z0-9]+-/, '');
  }
}
