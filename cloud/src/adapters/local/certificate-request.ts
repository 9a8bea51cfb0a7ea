import 'reflect-metadata';
import { createPublicKey } from 'node:crypto';
import { InvalidInput } from '@rollcall/kit/app-error';
import * as x509 from '@peculiar/x509';

/** A CSR of RSA 4096 is 1.7 KB. */
const maxCsrBytes = 8_192;

/** What a certificate signing request asks for. */
export interface CertificateRequest {
  readonly publicKey: x509.PublicKey;
  /** Absent when its subject has none, or more than one. */
  readonly commonName: string | undefined;
}

/**
 * Reads a certificate signing request (PKCS #10, PEM), which proves to hold the key that it asks for.
 * What keys are taken: "Create and register AWS IoT client certificates", AWS IoT developer guide.
 * @throws InvalidInput for what is no request, a bad signature or a weak key.
 */
export async function readCertificateRequest(csrPem: string): Promise<CertificateRequest> {
  if (csrPem.length > maxCsrBytes) {
    throw new InvalidInput(`expected a certificate signing request of at most ${maxCsrBytes} bytes`);
  }
  let csr: x509.Pkcs10CertificateRequest;
  let signed: boolean;
  try {
    csr = new x509.Pkcs10CertificateRequest(csrPem);
    signed = await csr.verify();
  } catch (cause) {
    throw new InvalidInput('expected a certificate signing request (PKCS #10, PEM)', { cause });
  }
  if (!signed) throw new InvalidInput('the signing request is not signed with its own key');
  const key = createPublicKey({ key: Buffer.from(csr.publicKey.rawData), format: 'der', type: 'spki' });
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  const strong =
    (key.asymmetricKeyType === 'rsa' && modulusLength >= 2048) ||
    (key.asymmetricKeyType === 'ec' && ['prime256v1', 'secp384r1', 'secp521r1'].includes(namedCurve));
  if (!strong) throw new InvalidInput('expected a key of RSA 2048 bits or more, or ECC NIST P-256, P-384 or P-521');
  const names = csr.subjectName.getField('CN');
  return { publicKey: csr.publicKey, commonName: names.length === 1 ? names[0] : undefined };
}
