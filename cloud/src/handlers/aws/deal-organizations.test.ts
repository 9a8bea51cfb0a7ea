import { OrganizationId } from '@rollcall/contract/ids';
import { Unavailable } from '@rollcall/kit/app-error';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryTable } from '../../adapters/local/memory-table.ts';
import { OrganizationDirectory } from '../../store/organization-directory.ts';
import { dealOrganizations, organizationsAtOnce } from './deal-organizations.ts';

describe('the organizations of a deployment', () => {
  it('are dealt out to the last, none twice, and never too many to one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 3 * organizationsAtOnce + 1 }), async (count) => {
        const directory = new OrganizationDirectory(new MemoryTable());
        const ids = Array.from({ length: count }, (_, n) => OrganizationId.parse(`school-${n}`));
        for (const id of ids) await directory.add({ id, createdAt: '2026-01-05T07:00:00.000Z' });
        const dealt: (readonly OrganizationId[])[] = [];
        const { own, failures } = await dealOrganizations(directory, (some) => {
          dealt.push(some);
          return Promise.resolve();
        });
        expect(failures).toEqual([]);
        const all = [own, ...dealt];
        expect(all.flat().toSorted()).toEqual(ids.toSorted());
        expect(Math.max(...all.map((some) => some.length))).toBeLessThanOrEqual(organizationsAtOnce);
        expect(dealt).toHaveLength(Math.max(0, Math.ceil(count / organizationsAtOnce) - 1));
      }),
      { numRuns: 20 },
    );
  });

  it('are dealt out to the last although some cannot be handed on, which is told', async () => {
    const directory = new OrganizationDirectory(new MemoryTable());
    const count = 3 * organizationsAtOnce;
    for (let n = 0; n < count; n++) {
      await directory.add({ id: OrganizationId.parse(`school-${n}`), createdAt: '2026-01-05T07:00:00.000Z' });
    }
    const handed: number[] = [];
    const { own, failures } = await dealOrganizations(directory, (some) => {
      handed.push(some.length);
      return handed.length === 1 ? Promise.reject(new Unavailable('throttled')) : Promise.resolve();
    });
    expect([own.length, ...handed]).toEqual([organizationsAtOnce, organizationsAtOnce, organizationsAtOnce]);
    expect(failures).toEqual([expect.any(Unavailable)]);
  });
});
