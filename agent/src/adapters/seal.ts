import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** A key to seal with, and what tells it from others. */
export interface SealKey {
  readonly id: Buffer;
  readonly key: Buffer;
}

export type Unsealed = { readonly data: Buffer } | { readonly problem: string };

const magic = Buffer.from('RCS1');
const [idBytes, keyBytes, nonceBytes, tagBytes] = [8, 32, 12, 16];
const algorithm = 'aes-256-gcm';

/** What sealing adds to a file. */
export const sealBytes = magic.length + idBytes + nonceBytes + tagBytes;

/** The key that follows from a secret of 32 bytes or more. Source: HKDF, RFC 5869. */
export function sealKeyOf(secret: Uint8Array): SealKey {
  const derived = Buffer.from(hkdfSync('sha256', secret, '', 'rollcall outbox 1', idBytes + keyBytes));
  return { id: derived.subarray(0, idBytes), key: derived.subarray(idBytes) };
}

/**
 * `data` so that only who has the key reads it, and nobody changes it or puts it in place of another file unnoticed: AES-256-GCM, bound to
 * `name`. A random nonce is good for 2^32 files of one key (NIST SP 800-38D, 8.3): centuries of a busy door.
 */
export function seal({ id, key }: SealKey, name: string, data: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(name));
  const sealed = [cipher.update(data), cipher.final()];
  return Buffer.concat([magic, id, nonce, cipher.getAuthTag(), ...sealed]);
}

/** What `seal` was given, or why that is not to be had. */
export function unseal(keys: readonly SealKey[], name: string, sealed: Buffer): Unsealed {
  if (sealed.length < sealBytes || !sealed.subarray(0, magic.length).equals(magic)) {
    return { problem: `damaged on disk: ${sealed.length} bytes that nobody sealed` };
  }
  const parts = sealed.subarray(magic.length);
  const id = parts.subarray(0, idBytes);
  const key = keys.find((one) => one.id.equals(id))?.key;
  if (!key) return { problem: 'sealed with a key that is not here' };
  const [nonceEnd, tagEnd] = [idBytes + nonceBytes, idBytes + nonceBytes + tagBytes];
  const decipher = createDecipheriv(algorithm, key, parts.subarray(idBytes, nonceEnd))
    .setAAD(Buffer.from(name))
    .setAuthTag(parts.subarray(nonceEnd, tagEnd));
  try {
    return { data: Buffer.concat([decipher.update(parts.subarray(tagEnd)), decipher.final()]) };
  } catch {
    return { problem: 'damaged on disk, or changed by somebody: its seal does not fit' };
  }
}
