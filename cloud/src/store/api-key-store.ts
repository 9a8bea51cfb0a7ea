import { ApiKey } from '@rollcall/contract/access';
import { ApiKeyId, OrganizationId } from '@rollcall/contract/ids';
import type { Page } from '@rollcall/contract/page';
import { Conflict } from '@rollcall/kit/app-error';
import { z } from 'zod';
import type { Table } from '../ports/table.ts';

const Finder = z.object({ organizationId: OrganizationId, apiKeyId: ApiKeyId });
const Hashed = z.object({ hash: z.string() });

/** A key as it is found by what the caller sent. */
export interface FoundApiKey {
  readonly organizationId: OrganizationId;
  readonly apiKey: ApiKey;
}

/**
 * API keys. The record hangs on the organization; beside it, `apikey#{hash}` finds it when a caller shows the key, of which
 * nothing but its SHA-256 is kept: 256 random bits need no slow hash.
 */
export class ApiKeyStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** @param hash SHA-256 of the key, base64url. */
  async create(org: OrganizationId, apiKey: ApiKey, hash: string): Promise<void> {
    // The finder last: a key that works is always listed, so it can be taken away.
    await this.#table.put({ ...keyOf(org, apiKey.id), ...apiKey, hash }, 'absent');
    await this.#table.put({ ...finder(hash), organizationId: org, apiKeyId: apiKey.id }, 'absent');
  }

  /** The finder is a get by the hash, so no comparison leaks how much of a key was right. */
  async findByHash(hash: string): Promise<FoundApiKey | undefined> {
    const found = await this.#table.get(finder(hash));
    if (!found) return undefined;
    const { organizationId, apiKeyId } = Finder.parse(found);
    const item = await this.#table.get(keyOf(organizationId, apiKeyId));
    return item?.['hash'] === hash ? { organizationId, apiKey: ApiKey.parse(item) } : undefined;
  }

  async list(org: OrganizationId, page: { limit: number; cursor?: string | undefined }): Promise<Page<ApiKey>> {
    const found = await this.#table.query({
      partition: partition(org),
      limit: page.limit,
      ...(page.cursor ? { cursor: page.cursor } : {}),
    });
    return { items: found.items.map((item) => ApiKey.parse(item)), nextCursor: found.cursor ?? null };
  }

  /** Lost against a change in the same instant: then somebody else's use was noted. */
  async noteUse(org: OrganizationId, id: ApiKeyId, at: string): Promise<void> {
    const item = await this.#table.get(keyOf(org, id));
    if (!item) return;
    try {
      await this.#table.put({ ...item, lastUsedAt: at }, item.version ?? 'absent');
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }

  /** @returns whether there was such a key. */
  async delete(org: OrganizationId, id: ApiKeyId): Promise<boolean> {
    const item = await this.#table.get(keyOf(org, id));
    if (!item) return false;
    // The record first: without it the finder finds nothing.
    await this.#table.delete(keyOf(org, id));
    await this.#table.delete(finder(Hashed.parse(item).hash));
    return true;
  }
}

function partition(org: OrganizationId): string {
  return `${org}#api-keys`;
}

function keyOf(org: OrganizationId, id: ApiKeyId): { pk: string; sk: string } {
  return { pk: partition(org), sk: id };
}

/** The one key that starts with no organization: the caller's is not known before it is read. */
function finder(hash: string): { pk: string; sk: string } {
  return { pk: `api-key#${hash}`, sk: 'api-key' };
}
