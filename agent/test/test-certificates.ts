import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const long = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2049-12-31T00:00:00Z') };

/** From when to when a certificate counts. */
export type Life = typeof long;

export interface Keyed {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** A CA that lives as long as a test. */
export class TestCa {
  readonly pem: string;
  readonly #certificate: x509.X509Certificate;
  readonly #keys: webcrypto.CryptoKeyPair;

  private constructor(certificate: x509.X509Certificate, keys: webcrypto.CryptoKeyPair) {
    this.#certificate = certificate;
    this.#keys = keys;
    this.pem = certificate.toString('pem');
  }

  static async make(): Promise<TestCa> {
    const keys = await newKeys();
    const name = 'CN=Test CA';
    const extensions = [new x509.BasicConstraintsExtension(true, 0, true)];
    const options = { name, keys, ...long, signingAlgorithm: algorithm, extensions };
    return new TestCa(await x509.X509CertificateGenerator.createSelfSigned(options), keys);
  }

  /** A certificate for 127.0.0.1. */
  async server(life?: Life): Promise<Keyed> {
    const names = new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }]);
    return this.#keyed('CN=Test broker', [names], life);
  }

  async client(commonName: string, life?: Life): Promise<Keyed> {
    return this.#keyed(`CN=${commonName}`, [], life);
  }

  /** What a CSR asks for. @throws when it is not signed with its own key. */
  async sign(csrPem: string): Promise<string> {
    const csr = new x509.Pkcs10CertificateRequest(csrPem);
    if (!(await csr.verify())) throw new Error('bad signature');
    return this.#sign(csr.subject, csr.publicKey, []);
  }

  async #keyed(subject: string, extensions: x509.Extension[], life?: Life): Promise<Keyed> {
    const keys = await newKeys();
    const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
    return {
      certificatePem: await this.#sign(subject, keys.publicKey, extensions, life),
      privateKeyPem: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
    };
  }

  async #sign(
    subject: string,
    publicKey: x509.PublicKeyType,
    extensions: x509.Extension[],
    life: Life = long,
  ): Promise<string> {
    const certificate = await x509.X509CertificateGenerator.create({
      subject,
      issuer: this.#certificate.subject,
      ...life,
      publicKey,
      signingKey: this.#keys.privateKey,
      signingAlgorithm: algorithm,
      extensions,
    });
    return certificate.toString('pem');
  }
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}
