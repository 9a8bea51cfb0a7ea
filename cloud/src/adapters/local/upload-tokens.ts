import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Denied, Misconfigured } from '@rollcall/kit/app-error';
import { type Clock, systemClock } from '@rollcall/kit/clock';
import { writeDurably } from '@rollcall/kit/write-durably';
import { z } from 'zod';
import type { ImageKey, UploadGrant } from '../../ports/image-store.ts';

const secretBytes = 32;

/** Short names: the token is part of a URL that a QR code may carry. */
const Claims = z.object({ k: z.string(), e: z.number(), m: z.number() });

/** Signs what an upload URL allows, so that the upload itself needs no other credential and no record. */
export class UploadTokens {
  readonly #secret: Uint8Array;
  readonly #clock: Clock;

  constructor(secret: Uint8Array, options: { readonly clock?: Clock } = {}) {
    this.#secret = secret;
    this.#clock = options.clock ?? systemClock;
  }

  /** @param grant.expiresAt ms since the epoch. */
  sign(grant: { readonly key: ImageKey; readonly expiresAt: number; readonly maxBytes: number }): string {
    const claims = { k: grant.key, e: grant.expiresAt, m: grant.maxBytes };
    const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
    return `${body}.${this.#signature(body).toString('base64url')}`;
  }

  /** @throws Denied for a token that was not signed here, or has expired. */
  open(token: string): UploadGrant {
    const [body = '', signature = ''] = token.split('.');
    const given = Buffer.from(signature, 'base64url');
    const expected = this.#signature(body);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new Denied('this upload address was not given out here: ask for a new one');
    }
    const claims = Claims.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
    if (claims.e <= this.#clock.now()) throw new Denied('this upload address has expired: ask for a new one');
    return { key: claims.k, maxBytes: claims.m };
  }

  #signature(body: string): Buffer {
    return createHmac('sha256', this.#secret).update(body).digest();
  }
}

/** The secret in `DIR/keys/upload.key` (mode 0600), made on first use. @throws Misconfigured when it is damaged. */
export async function uploadSecret(dataDir: string): Promise<Uint8Array> {
  const path = join(dataDir, 'keys', 'upload.key');
  const stored = await readIfThere(path);
  if (stored?.length === secretBytes) return stored;
  if (stored) {
    throw new Misconfigured(
      `${path}: expected ${secretBytes} bytes, got ${stored.length}: delete it; upload addresses given out so far end`,
    );
  }
  const secret = randomBytes(secretBytes);
  await writeDurably(path, secret, { mode: 0o600 });
  return secret;
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Misconfigured(`cannot read ${path}: check who owns it`, { cause: error });
  }
}
