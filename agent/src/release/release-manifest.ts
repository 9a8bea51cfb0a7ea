import { createPublicKey, verify } from 'node:crypto';
import { Denied } from '@rollcall/kit/app-error';
import { z } from 'zod';

/** Of an agent or of Node: three numbers, compared one after the other. */
export const Version = z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}$/, 'expected a version such as 1.2.3');

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** Below the release's folder, and never out of it. */
const InnerPath = z
  .string()
  .max(300)
  .regex(/^(?!\/)(?!.*(^|\/)\.\.?(\/|$))[^\0\\]+$/, 'expected a path inside the release');

/** The names of a release's two signed files, beside its archive. */
export const manifestFile = 'release.json';
export const signatureFile = 'release.json.sig';
/** Over it, it is no manifest. */
export const maxManifestBytes = 2_000_000;

/** What a release is made of, and what is signed: whoever holds its key says what runs on the devices. */
export const ReleaseManifest = z.strictObject({
  v: z.literal(1),
  version: Version,
  arch: z.enum(['arm64', 'x64']),
  /** The oldest Node that it runs on. It comes with the package, not with a release. */
  node: Version,
  archive: z.strictObject({
    file: z.string().regex(/^[\w.-]{1,100}$/),
    bytes: z.int().min(1).max(500_000_000),
    sha256: Sha256,
  }),
  /** SHA-256 by path. Whatever else is found in its folder, it is not the release. */
  files: z.record(InnerPath, Sha256),
  /** Symbolic links: path and where it leads, relative to the release's folder. */
  links: z.record(InnerPath, InnerPath),
});
export type ReleaseManifest = z.infer<typeof ReleaseManifest>;

/**
 * The manifest in `bytes` if `signature` (Ed25519, base64) over exactly these bytes is by `publicKeyPem`.
 * @throws Denied when it is not, or when it is signed and is no manifest.
 */
export function readManifest(bytes: Uint8Array, signature: string, publicKeyPem: string): ReleaseManifest {
  if (!verify(null, bytes, createPublicKey(publicKeyPem), Buffer.from(signature, 'base64'))) {
    throw new Denied(
      'the release is not signed with the key that this device trusts: it was tampered with, or is by somebody else',
      {
        code: 'release-not-trusted',
      },
    );
  }
  const read = ReleaseManifest.safeParse(JSON.parse(Buffer.from(bytes).toString()));
  if (read.success) return read.data;
  throw new Denied(`the release’s manifest is of no kind that this agent knows: ${z.prettifyError(read.error)}`, {
    code: 'release-not-known',
  });
}

/** Negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (const [place, number] of (left ?? []).entries()) {
    const difference = number - (right?.[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
