import { createHash, randomBytes } from 'node:crypto';
import type { ApiKey, ApiKeyCreated } from '@rollcall/contract/access';
import { ApiKeyId, type DoorId, type OrganizationId } from '@rollcall/contract/ids';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { ApiKeyStore } from '../store/api-key-store.ts';

/** A new key, `rk_` and 256 random bits, which only its caller gets to see. */
export async function createApiKey(
  deps: { readonly apiKeys: ApiKeyStore; readonly clock: Clock; readonly newId: () => string },
  org: OrganizationId,
  input: Pick<ApiKey, 'name' | 'role'> & { readonly doorId?: DoorId | null | undefined },
): Promise<ApiKeyCreated> {
  const key = `rk_${randomBytes(32).toString('base64url')}`;
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

/** What is stored of a key: SHA-256, base64url. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

/** Whether it can be one at all, so that anything else costs no read. */
export function looksLikeApiKey(key: string): boolean {
  return /^rk_[A-Za-z0-9_-]{43}$/.test(key);
}
