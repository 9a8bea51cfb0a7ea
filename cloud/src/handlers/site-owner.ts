import { ApiKeyId, type OrganizationId } from '@rollcall/contract/ids';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import { ulid } from 'ulid';
import { ensureOwner } from '../adapters/local/ensure-owner.ts';
import { hashApiKey } from '../http/api-key-secret.ts';
import { type Credentials, newCredentials, readCredentials, writeCredentials } from './credentials.ts';
import type { SiteStores } from './site-stores.ts';

/**
 * Makes the owner's account and API key on the first start, from secrets that are on disk before: a start that was cut off goes on with
 * the same ones. Later it keeps the file's `url` true. Somebody who deleted the file keeps the account that there is.
 * @returns what the file says; undefined when it was deleted.
 */
export async function admitOwner(
  stores: Pick<SiteStores, 'users' | 'apiKeys'>,
  { org, dataDir, url, clock }: { org: OrganizationId; dataDir: string; url: string; clock: Clock },
): Promise<Credentials | undefined> {
  const stored = await readCredentials(dataDir);
  const { email } = stored ?? newCredentials(url);
  const isFirst = !(await stores.users.findByEmail(email));
  if (!stored && !isFirst) return undefined;
  const credentials = { ...(stored ?? newCredentials(url)), url };
  if (stored?.url !== url) await writeCredentials(dataDir, credentials);
  if (!isFirst) return credentials;
  // The account last: as long as it is missing this is still the first start. A key that is taken away later stays away.
  await createKey(stores, org, credentials.apiKey, clock);
  await ensureOwner({ users: stores.users, clock, newId: () => ulid() }, org, credentials);
  return credentials;
}

async function createKey({ apiKeys }: Pick<SiteStores, 'apiKeys'>, org: OrganizationId, key: string, clock: Clock) {
  const hash = hashApiKey(key);
  if (await apiKeys.findByHash(hash)) return;
  const id = ApiKeyId.parse(ulid());
  const createdAt = instantOf(clock.now());
  const apiKey = { id, name: 'credentials.json', role: 'owner', doorId: null, createdAt, lastUsedAt: null } as const;
  await apiKeys.create(org, apiKey, hash);
}
