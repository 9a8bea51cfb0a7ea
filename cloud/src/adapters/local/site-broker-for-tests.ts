import 'reflect-metadata';
import { createPublicKey, generateKeyPairSync, type KeyObject, type webcrypto } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import type { LiveEvent } from '@rollcall/contract/live-event';
import { ManualClock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import * as x509 from '@peculiar/x509';
import mqtt from 'mqtt';
import { allowDevice } from '../../domain/allow-device.ts';
import type { RuleMessage } from '../../ports/rule-message.ts';
import { CertificateStore } from '../../store/certificate-store.ts';
import { DeviceStore } from '../../store/device-store.ts';
import { JobStore } from '../../store/job-store.ts';
import { PlaceStore } from '../../store/place-store.ts';
import { ShadowStore } from '../../store/shadow-store.ts';
import { CertificateAuthority } from './certificate-authority.ts';
import { readCertificateRequest } from './certificate-request.ts';
import { openClaim } from './claim-certificate.ts';
import { MemoryTable } from './memory-table.ts';
import type { RuleHandlers } from './rule-dispatcher.ts';
import { SiteBroker } from './site-broker.ts';

export const org = OrganizationId.parse('main');
export const prefix = 'rollcall';

/** What a client connects with. */
export interface Credentials {
  readonly cert: string;
  readonly key: string;
}

/** A whole broker on a free port, with its CA in a temp folder, and what went through it. */
export async function startTestBroker(given: { handlers?: Partial<RuleHandlers> } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-broker-'));
  const clock = new ManualClock(Date.now());
  const table = new MemoryTable({ clock });
  const devices = new DeviceStore(table);
  const certificates = new CertificateStore(table);
  const places = new PlaceStore(table);
  const jobs = new JobStore(table);
  const ca = await CertificateAuthority.open(join(folder, 'ca'), clock);
  const messages: (RuleMessage & { handler: string })[] = [];
  const events: LiveEvent[] = [];
  const logged: { event: string; fields: Record<string, unknown> }[] = [];
  const note = (event: string, fields: Record<string, unknown> = {}) => void logged.push({ event, fields });
  const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log };
  const broker = new SiteBroker({
    org,
    prefix,
    template: 'rollcall',
    host: '127.0.0.1',
    port: 0,
    ca,
    devices,
    certificates,
    shadows: new ShadowStore(table),
    jobs,
    liveFeed: { publish: (_, event) => Promise.resolve(void events.push(event)) },
    clock,
    log,
  });
  const keep = (handler: string) => (message: RuleMessage) => {
    messages.push({ ...message, handler });
    return Promise.resolve();
  };
  const port = await broker.start({
    'accept-capture': keep('accept-capture'),
    'accept-passage': keep('accept-passage'),
    'record-heartbeat': keep('record-heartbeat'),
    'accept-report': keep('accept-report'),
    ...given.handlers,
  });
  const claimFiles = await openClaim({ ca, certificates, clock }, org, join(folder, 'ca'));
  const clients: mqtt.MqttClient[] = [];

  return {
    broker,
    port,
    folder,
    clock,
    devices,
    certificates,
    places,
    jobs,
    ca,
    messages,
    events,
    logged,
    claim: {
      cert: await readFile(claimFiles.certificateFile, 'utf8'),
      key: await readFile(claimFiles.keyFile, 'utf8'),
    } satisfies Credentials,

    /** A device that is allowed and registered, without the way through the broker. */
    async device(id: string): Promise<Credentials> {
      const deviceId = DeviceId.parse(id);
      await allowDevice({ devices, places }, org, { id: deviceId });
      const key = newKey();
      const { certificatePem, fingerprint } = await ca.signDevice(
        (await readCertificateRequest(await csrOf(key))).publicKey,
      );
      await certificates.put(org, { kind: 'device', fingerprint, deviceId, createdAt: '2026-01-01T00:00:00Z' });
      await devices.change(org, deviceId, (stored) => ({ ...stored, certificate: fingerprint }));
      return { cert: certificatePem, key: pemOf(key) };
    },

    /** A client that does not reconnect; it fails when it is refused. */
    async connect(credentials: Partial<Credentials>, clientId: string, options: mqtt.IClientOptions = {}) {
      const client = mqtt.connect({
        protocol: 'mqtts',
        host: '127.0.0.1',
        port,
        ca: ca.certificatePem,
        clientId,
        protocolVersion: 5,
        reconnectPeriod: 0,
        connectTimeout: 5_000,
        ...credentials,
        ...options,
      });
      clients.push(client);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      client.once('connect', () => resolve());
      client.once('error', reject);
      client.once('close', () => reject(new Error('closed before it connected')));
      await promise;
      client.on('error', () => {});
      return client;
    },

    async stop(): Promise<void> {
      for (const client of clients) client.end(true);
      await broker.stop();
      await rm(folder, { recursive: true });
    },
  };
}

export type TestBroker = Awaited<ReturnType<typeof startTestBroker>>;

export function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
}

export function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** A signing request as a device makes it. @param name that it says of itself */
export function csrOf(privateKey: KeyObject, name = 'whoever I say'): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const keys = {
    privateKey: privateKey.toCryptoKey(algorithm, true, ['sign']),
    publicKey: createPublicKey(pemOf(privateKey)).toCryptoKey(algorithm, true, ['verify']),
  };
  return requestOf(keys, { name: 'ECDSA', hash: 'SHA-256' }, name);
}

/** A signing request with a key that is too short. */
export async function weakCsr(): Promise<string> {
  const publicExponent = Uint8Array.of(1, 0, 1);
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 1024, publicExponent };
  return requestOf(await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']), algorithm, 'weak');
}

async function requestOf(
  keys: webcrypto.CryptoKeyPair,
  signingAlgorithm: { name: string; hash: string },
  commonName: string,
) {
  const name = `CN=${commonName}`;
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm });
  return csr.toString('pem');
}

/** The next message on a topic that ends so. */
export function nextMessage(client: mqtt.MqttClient, ending: string): Promise<{ topic: string; body: unknown }> {
  return new Promise((resolve) => {
    const listen = (topic: string, payload: Buffer) => {
      if (!topic.endsWith(ending)) return;
      client.off('message', listen);
      resolve({ topic, body: JSON.parse(payload.toString()) });
    };
    client.on('message', listen);
  });
}

/** When the connection has ended. */
export function closed(client: mqtt.MqttClient): Promise<void> {
  return client.connected ? new Promise((resolve) => client.once('close', () => resolve())) : Promise.resolve();
}

/** What the broker says (MQTT 5) before it ends the connection. */
export function goodbyeOf(client: mqtt.MqttClient): Promise<mqtt.IDisconnectPacket> {
  return new Promise((resolve) => client.once('disconnect', resolve));
}
