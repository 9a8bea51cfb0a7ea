import { createHash, randomBytes } from 'node:crypto';

/** A new key: `rk_` and 256 random bits. */
export function newApiKeySecret(): string {
  return `rk_${randomBytes(32).toString('base64url')}`;
}

/** What is stored of it: SHA-256, base64url. */
export function hashApiKey(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Whether it can be one at all, so that anything else costs no read. */
export function looksLikeApiKey(secret: string): boolean {
  return /^rk_[A-Za-z0-9_-]{43}$/.test(secret);
}
