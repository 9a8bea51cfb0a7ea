import { join } from 'node:path';
import { DeviceClaimId } from '@rollcall/contract/device-claim';
import { DeviceId } from '@rollcall/contract/ids';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { ManualClock } from '@rollcall/kit/clock';
import { allowDevice } from '../../domain/allow-device.ts';
import { revokeDevice } from '../../domain/revoke-device.ts';
import { CertificateAuthority } from './certificate-authority.ts';
import { readCertificateRequest } from './certificate-request.ts';
import {
  closed,
  csrOf,
  newKey,
  nextMessage,
  org,
  pemOf,
  startTestBroker,
  type TestBroker,
  weakCsr,
} from './site-broker-for-tests.ts';

const createTopic = '$aws/certificates/create-from-csr/json';
const registerTopic = '$aws/provisioning-templates/rollcall/provision/json';
const answers = [createTopic, registerTopic].flatMap((topic) => [`${topic}/accepted`, `${topic}/rejected`]);

const Created = z.object({
  certificateId: z.string(),
  certificatePem: z.string(),
  certificateOwnershipToken: z.string(),
});
type Created = z.infer<typeof Created>;

describe('provisioning by claim', () => {
  let test: TestBroker;
  beforeAll(async () => {
    test = await startTestBroker();
  });
  afterAll(() => test.stop());

  const allow = (serial: string) =>
    allowDevice({ devices: test.devices, places: test.places }, org, { id: DeviceId.parse(serial) });

  async function claimant(): Promise<MqttClient> {
    const client = await test.connect(test.claim, 'the same for all');
    await client.subscribeAsync(answers, { qos: 1 });
    return client;
  }

  it('gives an allowed device its own certificate, which counts once it is registered', async () => {
    await allow('pi-1');
    const [client, key] = [await claimant(), newKey()];
    const created = await create(client, key);
    const own = { cert: created.certificatePem, key: pemOf(key) };
    await expect(test.connect(own, 'pi-1')).rejects.toMatchObject({ code: 135 });

    const answer = await register(client, created.certificateOwnershipToken, 'pi-1');
    expect(answer).toEqual({
      topic: `${registerTopic}/accepted`,
      body: { thingName: 'pi-1', deviceConfiguration: { org: 'main' } },
    });
    // What is answered is on disk already.
    expect(await test.devices.get(org, DeviceId.parse('pi-1'))).toMatchObject({ certificate: created.certificateId });
    const device = await test.connect(own, 'pi-1');
    await device.publishAsync('$aws/rules/rollcall_capture/main/pi-1', 'x', { qos: 1 });
    await Promise.all([device.endAsync(), client.endAsync()]);
  });

  it('says no to a serial number that is not on the allow-list', async () => {
    const client = await claimant();
    const { certificateOwnershipToken } = await create(client);
    expect(await register(client, certificateOwnershipToken, 'nobody-knows-me')).toEqual({
      topic: `${registerTopic}/rejected`,
      body: {
        statusCode: 403,
        errorCode: 'AccessDenied',
        errorMessage: 'device nobody-knows-me is not on the allow-list',
      },
    });
    await client.endAsync();
  });

  it('registers again while the device has not come back, and then only after it was allowed anew', async () => {
    await allow('pi-2');
    const [client, lostKey, key] = [await claimant(), newKey(), newKey()];
    const lost = await create(client, lostKey);
    await register(client, lost.certificateOwnershipToken, 'pi-2');
    const second = await create(client, key);
    expect((await register(client, second.certificateOwnershipToken, 'pi-2')).topic).toMatch(/accepted$/);
    await expect(test.connect({ cert: lost.certificatePem, key: pemOf(lostKey) }, 'pi-2')).rejects.toMatchObject({
      code: 135,
    });
    const device = await test.connect({ cert: second.certificatePem, key: pemOf(key) }, 'pi-2');
    await device.publishAsync('$aws/rules/rollcall_capture/main/pi-2', 'x', { qos: 1 });

    const thief = await create(client);
    expect((await register(client, thief.certificateOwnershipToken, 'pi-2')).body).toMatchObject({
      errorCode: 'AccessDenied',
      errorMessage: 'device pi-2 is active; allow it again before it can register',
    });
    await revokeDevice({ devices: test.devices, links: test.broker }, org, DeviceId.parse('pi-2'));
    await closed(device);
    expect((await register(client, thief.certificateOwnershipToken, 'pi-2')).body).toMatchObject({ statusCode: 403 });
    await allow('pi-2');
    expect((await register(client, thief.certificateOwnershipToken, 'pi-2')).topic).toMatch(/accepted$/);
    await client.endAsync();
  });

  it('answers nobody but who asked, and takes an ownership token from nobody else', async () => {
    await allow('pi-3');
    const [victim, thief] = [await claimant(), await claimant()];
    const heard: string[] = [];
    thief.on('message', (topic) => heard.push(topic));
    const { certificateOwnershipToken } = await create(victim);
    expect(heard).toEqual([]);
    expect((await register(thief, certificateOwnershipToken, 'pi-3')).body).toMatchObject({
      statusCode: 400,
      errorCode: 'InvalidCertificateOwnershipToken',
    });
    expect((await register(victim, certificateOwnershipToken, 'pi-3')).topic).toMatch(/accepted$/);
    // Used up.
    expect((await register(victim, certificateOwnershipToken, 'pi-3')).topic).toMatch(/rejected$/);
    await Promise.all([victim.endAsync(), thief.endAsync()]);
  });

  it('lets a token expire after an hour', async () => {
    await allow('pi-4');
    const client = await claimant();
    const { certificateOwnershipToken } = await create(client);
    test.clock.advance(3_600_000);
    expect((await register(client, certificateOwnershipToken, 'pi-4')).body).toMatchObject({
      errorCode: 'InvalidCertificateOwnershipToken',
    });
    await client.endAsync();
  });

  it('rejects what is no request: no JSON, no CSR, a broken or a weak one', async () => {
    const client = await claimant();
    const csr = await csrOf(newKey());
    const tampered = csr.replace(/[A-Za-z](?=[^\n]*\n-----END)/, (letter) => (letter === 'A' ? 'B' : 'A'));
    for (const request of ['{', {}, ...[tampered, await weakCsr(), 'x'.repeat(9_000)].map(asRequest)]) {
      expect(await ask(client, createTopic, request)).toMatchObject({
        topic: `${createTopic}/rejected`,
        body: { statusCode: 400, errorCode: 'InvalidPayload', errorMessage: expect.any(String) },
      });
    }
    await client.endAsync();
  });

  it('answers so many requests per connection and no more', async () => {
    const client = await claimant();
    for (let request = 0; request < 20; request++) await ask(client, createTopic, '{');
    expect((await ask(client, createTopic, '{')).body).toMatchObject({ statusCode: 429, errorCode: 'Throttling' });
    await client.endAsync();
  });

  it.each([
    ['publish captures', '$aws/rules/rollcall_capture/main/pi-1'],
    ['use another template', '$aws/provisioning-templates/other/provision/json'],
    ['ask for a key from the server', '$aws/certificates/create/json'],
  ])('is all that a claim certificate is good for: it may not %s', async (_, topic) => {
    test.messages.length = 0;
    const client = await claimant();
    await expect(client.publishAsync(topic, '{}', { qos: 1 })).rejects.toMatchObject({ code: 135 });
    await expect(client.subscribeAsync('rollcall/main/pi-1/ack')).rejects.toThrow('Not authorized');
    expect(test.messages).toEqual([]);
    await client.endAsync();
  });

  it('ends with the claim certificate', async () => {
    const { certificatePem: cert, privateKeyPem: key, fingerprint } = await test.ca.claim();
    const record = {
      kind: 'claim',
      fingerprint: DeviceClaimId.parse(fingerprint),
      createdAt: '2026-01-01T00:00:00Z',
    } as const;
    await test.certificates.put(org, { ...record, revoked: false });
    const client = await test.connect({ cert, key }, 'x');
    await client.endAsync();
    await test.certificates.put(org, { ...record, revoked: true });
    await expect(test.connect({ cert, key }, 'x')).rejects.toMatchObject({ code: 135 });
  });

  it.each([
    ['expired', { endsAt: '2026-01-02T00:00:00.000Z' }],
    ['revoked', { revoked: true }],
  ])('does not take a claim that is %s, nor the serial number of who is connected with it still', async (_, change) => {
    const made = await test.ca.claim(1);
    const { certificatePem: cert, privateKeyPem: key } = made;
    const fingerprint = DeviceClaimId.parse(made.fingerprint);
    const record = { kind: 'claim', fingerprint, createdAt: '2026-01-01T00:00:00Z', revoked: false } as const;
    await test.certificates.put(org, record);
    await allow(`late-${_}`);
    const client = await test.connect({ cert, key }, 'x');
    await client.subscribeAsync(answers, { qos: 1 });
    const { certificateOwnershipToken } = await create(client);
    await test.certificates.put(org, { ...record, ...change });
    expect((await register(client, certificateOwnershipToken, `late-${_}`)).body).toMatchObject({
      errorCode: 'AccessDenied',
    });
    await client.endAsync();
    await expect(test.connect({ cert, key }, 'x')).rejects.toMatchObject({ code: 135 });
  });
});

describe('a device that has a certificate', () => {
  let test: TestBroker;
  beforeAll(async () => {
    test = await startTestBroker();
  });
  afterAll(() => test.stop());

  const rotateTopic = '$aws/provisioning-templates/rollcall-rotate/provision/json';
  const rotationAnswers = [createTopic, rotateTopic].flatMap((topic) => [`${topic}/accepted`, `${topic}/rejected`]);
  async function device(id: string) {
    const present = await test.device(id);
    const client = await test.connect(present, id);
    await client.subscribeAsync(rotationAnswers, { qos: 1 });
    return { present, client };
  }
  const rotate = (client: MqttClient, certificateOwnershipToken: string, serial: string) =>
    ask(client, rotateTopic, { certificateOwnershipToken, parameters: { SerialNumber: serial } });

  it('gets another one, and both count until it has come with the new one', async () => {
    const { present, client } = await device('r-1');
    const key = newKey();
    const { certificatePem, certificateOwnershipToken } = await create(client, key, 'r-1');
    const next = { cert: certificatePem, key: pemOf(key) };
    await expect(test.connect(next, 'r-1')).rejects.toMatchObject({ code: 135 });
    expect(await rotate(client, certificateOwnershipToken, 'r-1')).toEqual({
      topic: `${rotateTopic}/accepted`,
      body: { thingName: 'r-1', deviceConfiguration: { org: 'main' } },
    });
    // Replayed.
    expect((await rotate(client, certificateOwnershipToken, 'r-1')).body).toMatchObject({
      errorCode: 'InvalidCertificateOwnershipToken',
    });
    await client.endAsync();
    await (await test.connect(present, 'r-1')).endAsync();
    await (await test.connect(next, 'r-1')).endAsync();
    await expect(test.connect(present, 'r-1')).rejects.toMatchObject({ code: 135 });
    await (await test.connect(next, 'r-1')).endAsync();
  });

  it('gets none for another device: not by its name, not by a request in its name, not by its token', async () => {
    const { client } = await device('r-2');
    const other = await device('r-3');
    const { certificateOwnershipToken } = await create(client, newKey(), 'r-2');
    expect((await rotate(client, certificateOwnershipToken, 'r-3')).body).toMatchObject({
      errorCode: 'AccessDenied',
      errorMessage: 'device r-2 asks for a certificate of r-3',
    });
    expect((await rotate(other.client, certificateOwnershipToken, 'r-3')).body).toMatchObject({ statusCode: 400 });
    expect(await ask(client, createTopic, { certificateSigningRequest: await csrOf(newKey(), 'r-3') })).toMatchObject({
      topic: `${createTopic}/rejected`,
      body: { errorMessage: expect.stringMatching(/for another device than r-2/) },
    });
    expect(test.logged.filter(({ event }) => event === 'provisioning-rejected')).toContainEqual({
      event: 'provisioning-rejected',
      fields: expect.objectContaining({ deviceId: 'r-2' }),
    });
    await Promise.all([client.endAsync(), other.client.endAsync()]);
  });

  it('does not come in with one that has ended, and ops see why', async () => {
    await allowDevice({ devices: test.devices, places: test.places }, org, { id: DeviceId.parse('r-5') });
    const key = newKey();
    const { publicKey } = await readCertificateRequest(await csrOf(key));
    const longAgo = await CertificateAuthority.open(join(test.folder, 'ca'), new ManualClock('2020-01-01T00:00:00Z'));
    const { certificatePem: cert } = await longAgo.signDevice(publicKey);
    await expect(test.connect({ cert, key: pemOf(key) }, 'r-5')).rejects.toThrow(/./);
    await vi.waitFor(() =>
      expect(test.logged).toContainEqual({
        event: 'tls-refused',
        fields: expect.objectContaining({ reason: 'CERT_HAS_EXPIRED' }),
      }),
    );
  });

  it('registers nothing by the template of first contact', async () => {
    const { client } = await device('r-4');
    await expect(client.publishAsync(registerTopic, '{}', { qos: 1 })).rejects.toMatchObject({ code: 135 });
    await client.endAsync();
  });
});

function asRequest(certificateSigningRequest: string): object {
  return { certificateSigningRequest };
}

async function ask(client: MqttClient, topic: string, request: unknown): Promise<{ topic: string; body: unknown }> {
  const answer = nextMessage(client, '');
  await client.publishAsync(topic, typeof request === 'string' ? request : JSON.stringify(request), { qos: 1 });
  return answer;
}

async function create(client: MqttClient, key = newKey(), name = 'whoever I say'): Promise<Created> {
  const { topic, body } = await ask(client, createTopic, { certificateSigningRequest: await csrOf(key, name) });
  expect(topic).toBe(`${createTopic}/accepted`);
  return Created.parse(body);
}

const register = (client: MqttClient, certificateOwnershipToken: string, serial: string) =>
  ask(client, registerTopic, { certificateOwnershipToken, parameters: { SerialNumber: serial } });
