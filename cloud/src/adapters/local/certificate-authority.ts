import 'reflect-metadata';
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  type webcrypto,
  X509Certificate,
} from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Instant } from '@rollcall/contract/instant';
import { Misconfigured } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import { writeDurably } from '@rollcall/kit/write-durably';
import * as x509 from '@peculiar/x509';

const dayMs = 86_400_000;
/** Of the authority itself, and of the claim that stays on this machine: as AWS IoT has it. */
const farEnd = new Date('2049-12-31T23:59:59Z');
/** A camera that was in a drawer for a year and a half still gets in, and renews its certificate then. */
const deviceDays = 730;
/** A third before the end, as the agent does by itself when its clock is kept. */
const deviceRenewDays = Math.round((deviceDays * 2) / 3);
const serverDays = 730;
const renewDays = 60;
const ec = { name: 'ECDSA', namedCurve: 'P-256' };
const signing = { name: 'ECDSA', hash: 'SHA-256' };

export interface IssuedCertificate {
  readonly certificatePem: string;
  /** SHA-256 of the DER, lower-case hex: the certificate's id, as AWS IoT has it. */
  readonly fingerprint: string;
}

export interface DeviceCertificate extends IssuedCertificate {
  /** When the device should have its next one. */
  readonly renewAt: Instant;
}

export interface KeyedCertificate extends IssuedCertificate {
  readonly privateKeyPem: string;
}

/**
 * The site's own certificate authority, made on first use: `ca.pem`, `ca.key`, `server.pem` in `folder`, keys readable by the
 * owner alone. It signs the broker's certificate, claim certificates and the devices' requests, and nothing else.
 */
export class CertificateAuthority {
  /** What devices need to trust the broker. */
  readonly certificateFile: string;
  readonly certificatePem: string;
  readonly #folder: string;
  readonly #key: KeyObject;
  readonly #clock: Clock;

  private constructor(folder: string, certificatePem: string, key: KeyObject, clock: Clock) {
    this.certificateFile = join(folder, 'ca.pem');
    this.certificatePem = certificatePem;
    this.#folder = folder;
    this.#key = key;
    this.#clock = clock;
  }

  /** @throws Misconfigured when certificate and key in `folder` do not belong together. */
  static async open(folder: string, clock: Clock): Promise<CertificateAuthority> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const keyFile = join(folder, 'ca.key');
    const certificateFile = join(folder, 'ca.pem');
    let keyPem = await readIfThere(keyFile);
    if (keyPem === undefined) {
      keyPem = pemOf(newKey());
      await writeDurably(keyFile, keyPem, { mode: 0o600 });
    }
    const key = createPrivateKey(keyPem);
    let pem = await readIfThere(certificateFile);
    if (pem === undefined) {
      pem = await selfSigned(key, clock);
      await writeDurably(certificateFile, pem, { mode: 0o644 });
    }
    if (!new X509Certificate(pem).checkPrivateKey(key)) {
      throw new Misconfigured(`${keyFile} is not the key of ${certificateFile}; restore both from the same backup`);
    }
    return new CertificateAuthority(folder, pem, key, clock);
  }

  /** The broker's certificate for `hosts` (names and addresses): the one on disk, or a new one when that runs out or lacks a host. */
  async server(hosts: readonly string[]): Promise<KeyedCertificate> {
    const file = join(this.#folder, 'server.pem');
    const stored = await readIfThere(file);
    if (stored !== undefined && this.#serves(stored, hosts)) return split(stored);
    const key = newKey();
    const now = this.#clock.now();
    const certificate = await this.#sign({
      subject: 'CN=Rollcall broker',
      publicKey: publicKeyOf(key),
      notAfter: new Date(now + serverDays * dayMs),
      usage: x509.ExtendedKeyUsage.serverAuth,
      extensions: [
        new x509.SubjectAlternativeNameExtension(
          hosts.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
        ),
      ],
    });
    // One file, so that key and certificate change together.
    await writeDurably(file, `${pemOf(key)}${certificate}\n`, { mode: 0o600 });
    return { ...issued(certificate), privateKeyPem: pemOf(key) };
  }

  /** A certificate and its key for first contact, to be put on many devices. @param days it lives; @default to the authority's own end */
  async claim(days?: number): Promise<KeyedCertificate> {
    const key = newKey();
    const notAfter = days === undefined ? farEnd : this.#in(days);
    const certificate = await this.#signClient('CN=Rollcall claim', publicKeyOf(key), notAfter);
    return { ...issued(certificate), privateKeyPem: pemOf(key) };
  }

  /** A certificate for the key that a device holds. Its subject is ours: who the device is stands in the records. */
  async signDevice(publicKey: x509.PublicKey): Promise<DeviceCertificate> {
    const certificate = await this.#signClient('CN=Rollcall device', publicKey, this.#in(deviceDays));
    return { ...issued(certificate), renewAt: this.#in(deviceRenewDays).toISOString() };
  }

  #signClient(subject: string, publicKey: x509.PublicKeyType, notAfter: Date): Promise<string> {
    return this.#sign({ subject, publicKey, notAfter, usage: x509.ExtendedKeyUsage.clientAuth });
  }

  #in(days: number): Date {
    return new Date(this.#clock.now() + days * dayMs);
  }

  async #sign(request: {
    subject: string;
    publicKey: x509.PublicKeyType;
    notAfter: Date;
    usage: x509.ExtendedKeyUsage;
    extensions?: x509.Extension[];
  }): Promise<string> {
    const certificate = await x509.X509CertificateGenerator.create({
      subject: request.subject,
      issuer: new x509.X509Certificate(this.certificatePem).subject,
      // A day back: a Pi without a clock battery may be behind.
      notBefore: new Date(this.#clock.now() - dayMs),
      notAfter: request.notAfter,
      publicKey: request.publicKey,
      signingKey: this.#key.toCryptoKey(ec, true, ['sign']),
      signingAlgorithm: signing,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([request.usage]),
        await x509.AuthorityKeyIdentifierExtension.create(publicKeyOf(this.#key)),
        await x509.SubjectKeyIdentifierExtension.create(request.publicKey),
        ...(request.extensions ?? []),
      ],
    });
    return certificate.toString('pem');
  }

  #serves(pem: string, hosts: readonly string[]): boolean {
    const certificate = new X509Certificate(split(pem).certificatePem);
    const left = Date.parse(certificate.validTo) - this.#clock.now();
    return (
      left > renewDays * dayMs &&
      certificate.checkIssued(new X509Certificate(this.certificatePem)) &&
      hosts.every((host) => (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined)
    );
  }
}

/** The fingerprint of a PEM certificate, as `IssuedCertificate` has it. */
export function fingerprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase();
}

async function selfSigned(key: KeyObject, clock: Clock): Promise<string> {
  const publicKey = publicKeyOf(key);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Rollcall site CA',
    notBefore: new Date(clock.now() - dayMs),
    notAfter: farEnd,
    keys: { privateKey: key.toCryptoKey(ec, true, ['sign']), publicKey },
    signingAlgorithm: signing,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
}

function publicKeyOf(key: KeyObject): webcrypto.CryptoKey {
  return createPublicKey(key).toCryptoKey(ec, true, ['verify']);
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function issued(certificatePem: string): IssuedCertificate {
  return { certificatePem, fingerprint: fingerprintOf(new X509Certificate(certificatePem)) };
}

/** The key and the certificate of `server.pem`. */
function split(pem: string): KeyedCertificate {
  const from = pem.indexOf('-----BEGIN CERTIFICATE-----');
  return { ...issued(pem.slice(from)), privateKeyPem: pem.slice(0, from) };
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
