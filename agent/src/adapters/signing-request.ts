import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { PemConverter, Pkcs10CertificateRequestGenerator } from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A new private key, EC P-256, as PKCS #8 PEM. */
export async function newPrivateKey(): Promise<string> {
  const { privateKey } = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY');
}

/** A certificate signing request (PKCS #10 PEM) for the key; its subject is the serial number. */
export async function signingRequest(privateKeyPem: string, serial: string): Promise<string> {
  const pkcs8 = PemConverter.decodeFirst(privateKeyPem);
  const privateKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign']);
  const { d: _private, key_ops: _operations, ...jwk } = await webcrypto.subtle.exportKey('jwk', privateKey);
  const publicKey = await webcrypto.subtle.importKey('jwk', jwk, algorithm, true, ['verify']);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [serial] }],
    keys: { privateKey, publicKey },
    signingAlgorithm: algorithm,
  });
  return `${request.toString('pem')}\n`;
}
