import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OrganizationId } from '@rollcall/contract/ids';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import { writeDurably } from '@rollcall/kit/write-durably';
import type { CertificateStore } from '../../store/certificate-store.ts';
import { type CertificateAuthority, fingerprintOf } from './certificate-authority.ts';

export interface ClaimFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/**
 * The claim certificate that new devices of the site come with: `claim.pem` and `claim.key` in `folder`, made once.
 * One that was revoked stays revoked; delete both files to have another made.
 */
export async function openClaim(
  ports: { readonly ca: CertificateAuthority; readonly certificates: CertificateStore; readonly clock: Clock },
  org: OrganizationId,
  folder: string,
): Promise<ClaimFiles> {
  const files = { certificateFile: join(folder, 'claim.pem'), keyFile: join(folder, 'claim.key') };
  let pem: string;
  try {
    pem = await readFile(files.certificateFile, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const made = await ports.ca.claim();
    // The key first: a certificate in place says that its key is there too.
    await writeDurably(files.keyFile, made.privateKeyPem, { mode: 0o600 });
    await writeDurably(files.certificateFile, `${made.certificatePem}\n`, { mode: 0o644 });
    pem = made.certificatePem;
  }
  const fingerprint = fingerprintOf(new X509Certificate(pem));
  if (!(await ports.certificates.get(org, fingerprint))) {
    const createdAt = instantOf(ports.clock.now());
    await ports.certificates.put(org, { kind: 'claim', fingerprint, createdAt, revoked: false });
  }
  return files;
}
