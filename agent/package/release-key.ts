import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Misconfigured } from '@rollcall/kit/app-error';

/** The Ed25519 private key in `file`. @throws Misconfigured, with how to make one. */
export async function readReleaseKey(file: string): Promise<KeyObject> {
  try {
    const key = createPrivateKey(await readFile(file));
    if (key.asymmetricKeyType === 'ed25519') return key;
    throw new Error(`it is ${key.asymmetricKeyType}`);
  } catch (cause) {
    throw new Misconfigured(
      `expected an Ed25519 private key in ${file} (make one: openssl genpkey -algorithm ed25519 -out ${file}): ${String(cause)}`,
      { cause },
    );
  }
}

/** PEM of its public half, which devices have. */
export function publicHalf(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
}
