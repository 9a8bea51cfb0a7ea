import { ApiKeyId, type OrganizationId } from '@rollcall/contract/ids';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import { ulid } from 'ulid';
import { ensureOwner } from '../adapters/local/ensure-owner.ts';
import { hashApiKey } from '../http/api-key-secret.ts';
import { type Credentials, draftCredentials, newCredentials, readCredentials } from './credentials.ts';
import type { SiteStores } from './site-stores.ts';

export interface AdmitOwnerOptions {
  readonly org: OrganizationId;
  readonly dataDir: string;
  readonly url: string;
  readonly clock: Clock;
}

/**
 * Makes the owner's account and API key on the first start. Their secrets are on disk before, as a draft, so that a start that is cut off
 * goes on with the same ones; `publishCredentials` is due once the site answers. Later starts keep the file's `url` true. Somebody who
 * deleted the file keeps the account that there is.
 * @returns the credentials, and whether a draft of them is to be published; undefined when the file was deleted.
 */
export async function admitOwner(
  stores: Pick<SiteStores, 'users' | 'apiKeys'>,
  { org, dataDir, url, clock }: AdmitOwnerOptions,
): Promise<{ readonly credentials: Credentials; readonly isDraft: boolean } | undefined> {
  const stored = await readCredentials(dataDir);
  if (stored?.url === url) return { credentials: stored, isDraft: false };
  const draft = (await readCredentials(dataDir, 'draft')) ?? newCredentials(url);
  if (!stored && (await stores.users.findByEmail(draft.email)) && !(await isOurs(stores, draft))) return undefined;
  const credentials = { ...(stored ?? draft), url };
  await draftCredentials(dataDir, credentials);
  if (!stored) {
    await createKey(stores, org, credentials.apiKey, clock);
    await ensureOwner({ users: stores.users, clock, newId: () => ulid() }, org, credentials);
  }
  return { credentials, isDraft: true };
}

/** Whether the account was made along with this key: then the first start was cut off at its last step. */
async function isOurs({ apiKeys }: Pick<SiteStores, 'apiKeys'>, { apiKey }: Credentials): Promise<boolean> {
  return (await apiKeys.findByHash(hashApiKey(apiKey))) !== undefined;
}

async function createKey({ apiKeys }: Pick<SiteStores, 'apiKeys'>, org: OrganizationId, key: string, clock: Clock) {
  const hash = hashApiKey(key);
  if (await apiKeys.findByHash(hash)) return;
  // Nobody has signed in yet: what is listed is half of a key, of a first start that was cut off between its two records.
  const halves = await apiKeys.list(org, { limit: 100 });
  for (const half of halves.items) await apiKeys.delete(org, half.id);
  const id = ApiKeyId.parse(ulid());
  const createdAt = instantOf(clock.now());
  const apiKey = { id, name: 'credentials.json', role: 'owner', doorId: null, createdAt, lastUsedAt: null } as const;
  await apiKeys.create(org, apiKey, hash);
}
