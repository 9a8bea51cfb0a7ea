import { OrganizationId } from '@rollcall/contract/ids';
import { Unavailable } from '@rollcall/kit/app-error';
import { silentLog } from '@rollcall/kit/log';
import { describe, expect, it } from 'vitest';
import { MemoryTable } from '../../adapters/local/memory-table.ts';
import { OrganizationDirectory } from '../../store/organization-directory.ts';
import { eachOrganization } from './each-organization.ts';

async function directoryOf(count: number) {
  const directory = new OrganizationDirectory(new MemoryTable());
  const ids = Array.from({ length: count }, (_, n) => OrganizationId.parse(`school-${n}`));
  for (const id of ids) await directory.add({ id, createdAt: '2026-01-05T07:00:00.000Z' });
  return { directory, ids, log: silentLog };
}

describe('what runs for each organization', () => {
  it('runs once for each, several at a time', async () => {
    const { ids, ...ports } = await directoryOf(50);
    const seen: string[] = [];
    let [atOnce, most] = [0, 0];
    await eachOrganization(ports, async (org) => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(org);
      atOnce--;
    });
    expect(new Set(seen)).toEqual(new Set(ids));
    expect(seen).toHaveLength(50);
    expect(most).toBe(8);
  });

  it('goes on when one fails, and says so at the end, so that the scheduler tries again', async () => {
    const { ids, ...ports } = await directoryOf(20);
    const seen: string[] = [];
    const run = eachOrganization(ports, async (org) => {
      seen.push(org);
      if (org === ids[3]) throw new Error('a bug');
      if (org === ids[4]) throw new Unavailable('throttled');
    });
    await expect(run).rejects.toThrow('2 of 20 organizations');
    expect(seen).toHaveLength(20);
  });

  it('is nothing where there is none', async () => {
    const ports = await directoryOf(0);
    await expect(eachOrganization(ports, () => Promise.reject(new Error('never')))).resolves.toBeUndefined();
  });
});
