import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IdentityFiles } from '@rollcall/agent/adapters/device-identity';
import { provision } from '@rollcall/agent/adapters/fleet-provisioning';
import { IotPublisher } from '@rollcall/agent/adapters/iot-publisher';
import { startTestBroker, type TestBroker } from '@rollcall/cloud/adapters/local/site-broker-for-tests';
import { allowDevice } from '@rollcall/cloud/domain/allow-device';
import { revokeDevice } from '@rollcall/cloud/domain/revoke-device';
import type { Ack } from '@rollcall/contract/capture';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Denied } from '@rollcall/kit/app-error';
import { silentLog } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const org = OrganizationId.parse('main');

describe('the AWS IoT Device SDK, as the agent uses it, against the site broker', () => {
  let test: TestBroker;
  let dataDir: string;
  beforeAll(async () => {
    test = await startTestBroker();
    dataDir = await mkdtemp(join(tmpdir(), 'rollcall-agent-'));
  });
  afterAll(async () => {
    await test.stop();
    await rm(dataDir, { recursive: true });
  });

  const mqtt = () => ({ host: '127.0.0.1', port: test.port, caPem: test.ca.certificatePem });
  const provisionAs = (serial: string) =>
    provision({
      mqtt: { ...mqtt(), certificatePem: test.claim.cert, privateKeyPem: test.claim.key },
      template: 'rollcall',
      serial: DeviceId.parse(serial),
      files: new IdentityFiles(join(dataDir, serial)),
      log: silentLog,
    });

  it('gets a device its own certificate, publishes, hears its acks, and learns that it was revoked', async () => {
    const device = DeviceId.parse('pi-0001');
    await allowDevice({ devices: test.devices, places: test.places }, org, { id: device });
    const identity = await provisionAs('pi-0001');
    expect(identity).toMatchObject({ device, org });

    const { certificatePem, privateKeyPem } = identity;
    const publisher = new IotPublisher({
      mqtt: { ...mqtt(), certificatePem, privateKeyPem },
      prefix: 'rollcall',
      org,
      device,
      timer: systemTimer,
      log: silentLog,
    });
    const acks: Ack[] = [];
    publisher.onAck((ack) => acks.push(ack));
    publisher.start();
    await vi.waitFor(() => expect(publisher.online).toBe(true));
    await publisher.publish('capture', Buffer.alloc(100_000, 65));
    await vi.waitFor(() => expect(test.messages[0]?.payload).toHaveLength(100_000));
    await test.broker.publishAck(org, device, { id: 'x', status: 'stored' });
    await vi.waitFor(() => expect(acks).toEqual([{ id: 'x', status: 'stored' }]));

    await revokeDevice({ devices: test.devices, links: test.broker }, org, device);
    await vi.waitFor(() => expect(publisher.online).toBe(false));
    await vi.waitFor(() =>
      expect(test.logged.some((line) => line.fields['code'] === 'revoked-certificate')).toBe(true),
    );
    await publisher.stop();
  });

  it('is told why a serial number is refused', async () => {
    await expect(provisionAs('pi-9999')).rejects.toThrow(Denied);
    await expect(provisionAs('pi-9999')).rejects.toThrow('device pi-9999 is not on the allow-list (AccessDenied)');
  });
});
