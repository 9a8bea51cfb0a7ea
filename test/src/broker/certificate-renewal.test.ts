import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CertificateRenewal } from '@rollcall/agent/adapters/certificate-renewal';
import { type DeviceIdentity, IdentityFiles } from '@rollcall/agent/adapters/device-identity';
import { provision } from '@rollcall/agent/adapters/fleet-provisioning';
import { startTestBroker, type TestBroker } from '@rollcall/cloud/adapters/local/site-broker-for-tests';
import { allowDevice } from '@rollcall/cloud/domain/allow-device';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Denied, Unavailable } from '@rollcall/kit/app-error';
import { ManualClock } from '@rollcall/kit/clock';
import { type Disk, nodeDisk } from '@rollcall/kit/disk';
import { silentLog } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const org = OrganizationId.parse('main');

class PowerCut extends Error {}

/** A disk whose power goes before its nth step, and does not come back. */
function cutBefore(step: number): Disk {
  let steps = 0;
  const powered = <R>(work: () => Promise<R>): Promise<R> =>
    ++steps >= step ? Promise.reject(new PowerCut()) : work();
  return {
    ...nodeDisk,
    create: (path, mode) => powered(() => nodeDisk.create(path, mode)),
    rename: (from, to) => powered(() => nodeDisk.rename(from, to)),
    remove: (path) => powered(() => nodeDisk.remove(path)),
    syncFolder: (folder) => powered(() => nodeDisk.syncFolder(folder)),
  };
}

describe('a device that renews its certificate', () => {
  let test: TestBroker;
  let folder: string;
  let serials = 0;
  beforeAll(async () => {
    test = await startTestBroker();
    folder = await mkdtemp(join(tmpdir(), 'rollcall-renewal-'));
  });
  afterAll(async () => {
    await test.stop();
    await rm(folder, { recursive: true });
  });

  const mqtt = () => ({ host: '127.0.0.1', port: test.port, caPem: test.ca.certificatePem });

  async function newDevice() {
    const serial = DeviceId.parse(`renews-${++serials}`);
    const dataDir = join(folder, serial);
    await allowDevice({ devices: test.devices, places: test.places }, org, { id: serial });
    const claim = { certificatePem: test.claim.cert, privateKeyPem: test.claim.key };
    const files = new IdentityFiles(dataDir);
    const at = { mqtt: { ...mqtt(), ...claim }, template: 'rollcall', serial, files, log: silentLog };
    const identity = await provision(at);
    await connects(identity);
    return { serial, dataDir, files, identity };
  }

  const renewalOn = (files: IdentityFiles, changes: { template?: string; clock?: ManualClock; port?: number } = {}) =>
    new CertificateRenewal({
      files,
      mqtt: { ...mqtt(), ...(changes.port !== undefined && { port: changes.port }) },
      template: changes.template ?? 'rollcall-rotate',
      clock: changes.clock ?? test.clock,
      timer: systemTimer,
      log: silentLog,
    });

  async function connects({ device, certificatePem: cert, privateKeyPem: key }: DeviceIdentity): Promise<void> {
    const client = await test.connect({ cert, key }, device);
    await client.endAsync();
  }

  it('has one that works at any time, wherever the power goes, and comes to the next one in the end', async () => {
    const { dataDir, identity } = await newDevice();
    let present = identity;
    for (let step = 1, cuts = 0; ; step++) {
      const cut = new IdentityFiles(dataDir, cutBefore(step));
      try {
        await renewalOn(cut).renew(present);
        // Nothing was cut any more: all steps have been tried.
        expect(cuts).toBeGreaterThan(15);
        break;
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
        cuts++;
      }
      const files = new IdentityFiles(dataDir);
      await files.sweep();
      const woken = await files.load();
      if (!woken) throw new Error(`no identity after a cut before step ${step}`);
      const settled = await renewalOn(files).settle(woken, new AbortController().signal);
      await connects(settled.identity);
      expect(await files.load()).toEqual(settled.identity);
      present = settled.identity;
    }
    const last = await new IdentityFiles(dataDir).load();
    expect(last?.certificatePem).not.toBe(present.certificatePem);
    if (last) await connects(last);
    await expect(connects(identity)).rejects.toMatchObject({ code: 135 });
    expect((await readdir(dataDir)).sort()).toEqual(['device.json', 'device.key', 'device.pem']);
    const record = await test.devices.get(org, identity.device);
    expect(record).toMatchObject({ nextCertificate: null, oldCertificates: [], state: 'active' });
  });

  it('goes on with the old one when it is refused, and says why', async () => {
    const { files, identity, serial } = await newDevice();
    await expect(renewalOn(files, { template: 'other' }).renew(identity)).rejects.toThrow(Unavailable);
    await expect(renewalOn(files, { port: 1 }).renew(identity)).rejects.toThrow(/cannot reach the broker/);
    await test.devices.change(org, serial, (device) => ({
      ...device,
      oldCertificates: Array.from({ length: 20 }, (_, n) => `old ${n}`),
    }));
    // As many as that ask again and again; the next connection takes them back.
    await renewalOn(files).renew(identity);
    await test.devices.change(org, serial, (device) => ({ ...device, state: 'revoked' }));
    await expect(renewalOn(files).renew((await files.load()) ?? identity)).rejects.toThrow(Denied);
  });

  it('keeps the old one for as long as the new one does not connect', async () => {
    const { files, identity, serial } = await newDevice();
    await files.saveNext({ privateKeyPem: identity.privateKeyPem, certificatePem: identity.certificatePem });
    const stranger = await newDevice();
    const { certificatePem, privateKeyPem } = stranger.identity;
    await files.saveNext({ certificatePem, privateKeyPem });
    const settled = await renewalOn(files).settle(identity, new AbortController().signal);
    expect(settled).toEqual({ identity, problem: expect.stringMatching(/the new certificate does not connect/) });
    await connects(identity);
    expect(await files.loadNext()).toBeUndefined();
    expect((await test.devices.get(org, serial))?.state).toBe('active');
  });

  it('renews once by a clock that is wrong, and asks that clock no more', async () => {
    const { files, identity } = await newDevice();
    const clock = new ManualClock('2040-01-01T00:00:00.000Z');
    const renewed = await renewalOn(files, { clock }).renew(identity);
    expect(renewed.bornDue).toBe(true);
    expect((await files.load())?.bornDue).toBe(true);
    expect(new X509Certificate(renewed.certificatePem).validToDate.getUTCFullYear()).toBeLessThan(2040);
    expect((await renewalOn(files).renew(renewed)).bornDue).toBeUndefined();
  });
});
