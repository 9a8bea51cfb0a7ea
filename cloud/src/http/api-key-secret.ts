import { createHash, randomBytes } from 'node:crypto';
import type { ApiKeyCreated, ApiKeyInput } from '@rollcall/contract/access';
import { ApiKeyId, type OrganizationId } from '@rollcall/contract/ids';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { ApiKeyStore } from '../store/api-key-store.ts';

export interface CreateApiKeyDeps {
  readonly apiKeys: ApiKeyStore;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** `rk_` and 256 random bits. */
export function newApiKey(): string {
  return `rk_${randomBytes(32).toString('base64url')}`;
}

/** A key for `input`, which only its caller gets to see. @param key made before, by `newApiKey` */
export async function createApiKey(
  deps: CreateApiKeyDeps,
  org: OrganizationId,
  input: ApiKeyInput,
  key = newApiKey(),
): Promise<ApiKeyCreated> {
  const apiKey = {
    id: ApiKeyId.parse(deps.newId()),
    name: input.name,
    role: input.role,
    doorId: input.doorId ?? null,
    createdAt: instantOf(deps.clock.now()),
    lastUsedAt: null,
  };
  await deps.apiKeys.create(org, apiKey, hashApiKey(key));
  return { ...apiKey, key };
}

/** For the key that a first start wrote down before it was made: made now if it is not there. */
export async function ensureApiKey(
  deps: CreateApiKeyDeps,
  org: OrganizationId,
  input: ApiKeyInput,
  key: string,
): Promise<void> {
  if (!(await deps.apiKeys.findByHash(hashApiKey(key)))) await createApiKey(deps, org, input, key);
}

/** What is stored of a key: SHA-256, base64url. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

/** Whether it can be one at all, so that anything else costs no read. */
export function looksLikeApiKey(key: string): boolean {
  return /^rk_[A-Za-z0-9_-]{43}$/.test(key);
}
