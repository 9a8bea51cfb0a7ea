import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiKeyId, OrganizationId } from '@rollcall/contract/ids';
import { ManualClock } from '@rollcall/kit/clock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryTable } from '../adapters/local/memory-table.ts';
import { hashApiKey } from '../http/api-key-secret.ts';
import { ApiKeyStore } from '../store/api-key-store.ts';
import { UserStore } from '../store/user-store.ts';
import { credentialsFile, publishCredentials, readCredentials } from './credentials.ts';
import { admitOwner } from './site-owner.ts';

const org = OrganizationId.parse('main');

describe('admitting the owner', () => {
  let dataDir: string;
  let stores: { users: UserStore; apiKeys: ApiKeyStore };
  const clock = new ManualClock();
  const start = (url = 'http://127.0.0.1:8080') => admitOwner(stores, { org, dataDir, url, clock });
  const keys = async () => (await stores.apiKeys.list(org, { limit: 10 })).items.length;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rollcall-owner-'));
    const table = new MemoryTable({ clock });
    stores = { users: new UserStore(table), apiKeys: new ApiKeyStore(table) };
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('makes an account and a key that work, once', async () => {
    const first = await start();
    await publishCredentials(dataDir);
    expect(first?.isDraft).toBe(true);
    expect(await stores.apiKeys.findByHash(hashApiKey(first?.credentials.apiKey ?? ''))).toBeDefined();
    const second = await start();
    expect(second).toEqual({ credentials: first?.credentials, isDraft: false });
    expect(await keys()).toBe(1);
  });

  it('goes on with the same secrets after a start that was cut off before it published them', async () => {
    const first = await start();
    const second = await start();
    expect(second?.credentials).toEqual(first?.credentials);
    expect(await keys()).toBe(1);
    await publishCredentials(dataDir);
    expect(await readCredentials(dataDir)).toEqual(first?.credentials);
  });

  it('leaves no half of a key behind when a start is cut off between its two records', async () => {
    const id = ApiKeyId.parse('01KE6D0000000000000000000A');
    const half = {
      id,
      name: 'credentials.json',
      role: 'owner',
      doorId: null,
      createdAt: '2026-01-05T08:00:00.000Z',
    } as const;
    await stores.apiKeys.create(org, { ...half, lastUsedAt: null }, 'a hash that nobody has the key of');
    const { credentials } = (await start()) ?? {};
    expect(await keys()).toBe(1);
    expect(await stores.apiKeys.findByHash(hashApiKey(credentials?.apiKey ?? ''))).toBeDefined();
  });

  it('keeps the address true when the port changes', async () => {
    await start();
    await publishCredentials(dataDir);
    const moved = await start('http://127.0.0.1:9000');
    expect(moved).toMatchObject({ isDraft: true, credentials: { url: 'http://127.0.0.1:9000' } });
    expect(await keys()).toBe(1);
  });

  it('makes nothing new for an owner who deleted the file', async () => {
    await start();
    await publishCredentials(dataDir);
    await rm(credentialsFile(dataDir));
    expect(await start()).toBeUndefined();
    expect(await keys()).toBe(1);
  });

  it('does not bring back a key that was taken away', async () => {
    const first = await start();
    await publishCredentials(dataDir);
    const [key] = (await stores.apiKeys.list(org, { limit: 1 })).items;
    if (key) await stores.apiKeys.delete(org, key.id);
    await start('http://127.0.0.1:9000');
    expect(await stores.apiKeys.findByHash(hashApiKey(first?.credentials.apiKey ?? ''))).toBeUndefined();
  });
});
