import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidInput, Misconfigured } from '@rollcall/kit/app-error';
import { ManualClock } from '@rollcall/kit/clock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CertificateAuthority } from './certificate-authority.ts';
import { readCertificateRequest } from './certificate-request.ts';
import { csrOf, newKey } from './site-broker-for-tests.ts';

describe('the certificate authority of a site', () => {
  const hosts = ['localhost', '127.0.0.1', '::1', 'rollcall.local'];
  let folder: string;
  let clock: ManualClock;
  const open = () => CertificateAuthority.open(join(folder, 'ca'), clock);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-ca-'));
    clock = new ManualClock();
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is made once, with keys that only the owner reads', async () => {
    const first = await open();
    await first.server(hosts);
    expect((await open()).certificatePem).toBe(first.certificatePem);
    const modes = new Map<string, number>();
    for (const file of await readdir(join(folder, 'ca')))
      modes.set(file, (await stat(join(folder, 'ca', file))).mode & 0o777);
    expect(modes).toEqual(
      new Map([
        ['ca.key', 0o600],
        ['ca.pem', 0o644],
        ['server.pem', 0o600],
      ]),
    );
  });

  it('goes on from wherever a power cut left it', async () => {
    await open();
    await rm(join(folder, 'ca', 'ca.pem'));
    const again = await open();
    expect(new X509Certificate(again.certificatePem).ca).toBe(true);
    expect((await again.server(hosts)).certificatePem).toContain('BEGIN CERTIFICATE');
  });

  it('says so when its key is another’s', async () => {
    await open();
    const other = await CertificateAuthority.open(join(folder, 'other'), clock);
    await writeFile(join(folder, 'ca', 'ca.pem'), other.certificatePem);
    await expect(open()).rejects.toThrow(Misconfigured);
  });

  it('signs a broker certificate for every host, and a new one when it nears its end or a host comes', async () => {
    const ca = await open();
    const first = await ca.server(hosts);
    const certificate = new X509Certificate(first.certificatePem);
    expect(certificate.verify(new X509Certificate(ca.certificatePem).publicKey)).toBe(true);
    expect(hosts.map((host) => certificate.checkHost(host) ?? certificate.checkIP(host))).not.toContain(undefined);
    expect((await (await open()).server(hosts)).fingerprint).toBe(first.fingerprint);
    expect((await ca.server([...hosts, '192.168.1.5'])).fingerprint).not.toBe(first.fingerprint);
    const wider = await ca.server(hosts);
    clock.advance(680 * 86_400_000);
    expect((await ca.server(hosts)).fingerprint).not.toBe(wider.fingerprint);
  });

  it('signs the key of a request, not what the request says about itself', async () => {
    const ca = await open();
    const key = newKey();
    const { certificatePem, fingerprint, renewAt } = await ca.signDevice(
      (await readCertificateRequest(await csrOf(key))).publicKey,
    );
    const certificate = new X509Certificate(certificatePem);
    expect(certificate.subject).toBe('CN=Rollcall device');
    expect(certificate.checkPrivateKey(key)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    const days = (Date.parse(renewAt) - clock.now()) / 86_400_000;
    expect([days, (certificate.validToDate.getTime() - clock.now()) / 86_400_000].map(Math.round)).toEqual([487, 730]);
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
    await expect(readCertificateRequest('-----BEGIN CERTIFICATE REQUEST-----')).rejects.toThrow(InvalidInput);
  });

  it('gives a private key to claims alone', async () => {
    const ca = await open();
    const claim = await ca.claim();
    expect(claim.privateKeyPem).toContain('BEGIN PRIVATE KEY');
    const files = await readdir(join(folder, 'ca'));
    for (const file of files) expect(await readFile(join(folder, 'ca', file), 'utf8')).not.toBe(claim.privateKeyPem);
  });
});
