import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Misconfigured } from '@rollcall/kit/app-error';
import { writeDurably } from '@rollcall/kit/write-durably';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { z } from 'zod';

const OidcKeys = z.object({
  signing: z.object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    kid: z.string(),
    x: z.string(),
    y: z.string(),
    d: z.string(),
  }),
  cookies: z.array(z.string().min(32)).min(1),
});
/** The private key that signs tokens (ES256) and the secrets that sign cookies. */
export type OidcKeys = Readonly<z.infer<typeof OidcKeys>>;

/**
 * The keys of this installation, from `DIR/keys/oidc.json` (mode 0600); made at the first start and kept, so that a restart signs
 * nobody out. Delete the file to sign everybody out.
 * @throws Misconfigured when the file is damaged.
 */
export async function loadOidcKeys(dataDir: string): Promise<OidcKeys> {
  const folder = join(dataDir, 'keys');
  const file = join(folder, 'oidc.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new Misconfigured(`${file} cannot be read: ${error.message}`, { cause: error });
  });
  if (text !== undefined) return read(file, text);
  const keys = await newKeys();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeDurably(file, `${JSON.stringify(keys)}\n`, { mode: 0o600 });
  return keys;
}

/** What everybody may know of the signing key. */
export function publicJwk({ signing }: OidcKeys): JWK {
  const { d: _, ...known } = signing;
  return { ...known, alg: 'ES256', use: 'sig' };
}

function read(file: string, text: string): OidcKeys {
  try {
    return OidcKeys.parse(JSON.parse(text));
  } catch (cause) {
    throw new Misconfigured(`${file} is damaged: put it back from a backup, or delete it, which signs everybody out`, {
      cause,
    });
  }
}

async function newKeys(): Promise<OidcKeys> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const signing = { ...(await exportJWK(privateKey)), kid: randomBytes(9).toString('base64url') };
  return OidcKeys.parse({ signing, cookies: [randomBytes(32).toString('base64url')] });
}
