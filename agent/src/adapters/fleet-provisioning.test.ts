import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeviceId } from '@rollcall/contract/ids';
import { Denied, Misconfigured, Unavailable } from '@rollcall/kit/app-error';
import { silentLog } from '@rollcall/kit/log';
import { writeDurably } from '@rollcall/kit/write-durably';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestBroker } from '../../test/test-broker.ts';
import type { Keyed } from '../../test/test-certificates.ts';
import { IdentityFiles } from './device-identity.ts';
import { provision } from './fleet-provisioning.ts';

let broker: TestBroker;
let claim: Keyed;
let dataDir: string;
let files: IdentityFiles;

beforeEach(async () => {
  broker = await TestBroker.start();
  claim = await broker.ca.client('claim');
  dataDir = await mkdtemp(join(tmpdir(), 'provisioning-'));
  files = new IdentityFiles(dataDir);
});

afterEach(async () => {
  await broker.stop();
  await rm(dataDir, { recursive: true, force: true });
});

function first(options: { serial?: string; port?: number } = {}) {
  const mqtt = { host: '127.0.0.1', port: options.port ?? broker.port, caPem: broker.ca.pem, ...claim };
  const serial = DeviceId.parse(options.serial ?? 'camera-1');
  return provision({ mqtt, template: 'rollcall', serial, files, log: silentLog });
}

test('a device gets its own certificate for a key that only its owner reads', async () => {
  const identity = await first();
  expect(identity).toMatchObject({ device: 'camera-1', org: 'main' });
  expect(await files.load()).toEqual(identity);
  const certificate = new X509Certificate(identity.certificatePem);
  expect(certificate.checkPrivateKey(createPrivateKey(identity.privateKeyPem))).toBe(true);
  expect(certificate.subject).toBe('CN=camera-1');
  expect((await stat(join(dataDir, 'device.key'))).mode & 0o777).toBe(0o600);
  expect((await readdir(dataDir)).sort()).toEqual(['device.json', 'device.key', 'device.pem']);
});

test('a serial number that is not allowed is refused in words, and works once it is allowed', async () => {
  await expect(first({ serial: 'camera-9' })).rejects.toThrow(/allow-list/);
  await expect(first({ serial: 'camera-9' })).rejects.toThrow(Denied);
  expect(await files.load()).toBeUndefined();
  broker.rules.allowedSerials = ['camera-9'];
  expect((await first({ serial: 'camera-9' })).device).toBe('camera-9');
});

test('a claim that the broker refuses is refused in words', async () => {
  broker.rules.mayConnect = (name) => name !== 'claim';
  await expect(first()).rejects.toThrow(/claim certificate.*revoked/);
});

test('nobody listening is Unavailable', async () => {
  await expect(first({ port: 1 })).rejects.toThrow(Unavailable);
});

test('a device that was interrupted after its certificate was issued goes on with that one', async () => {
  broker.rules.allowedSerials = [];
  await expect(first()).rejects.toThrow(Denied);
  const key = await readFile(join(dataDir, 'device.key'), 'utf8');
  broker.rules.allowedSerials = ['camera-1'];
  const identity = await first();
  expect(broker.issued).toHaveLength(1);
  expect(identity.privateKeyPem).toBe(key);
});

test('when that certificate is no good any more it starts over with the same key', async () => {
  await files.savePending({ certificatePem: 'of long ago', ownershipToken: 'expired' });
  await first();
  expect(broker.issued).toHaveLength(1);
  expect(new X509Certificate((await files.load())?.certificatePem ?? '').subject).toBe('CN=camera-1');
});

test('files of which a part is missing are Misconfigured, never a silent second device', async () => {
  await first();
  await rm(join(dataDir, 'device.key'));
  await expect(files.load()).rejects.toThrow(Misconfigured);
  await writeDurably(join(dataDir, 'device.json'), 'half');
  await expect(files.load()).rejects.toThrow(Misconfigured);
});
