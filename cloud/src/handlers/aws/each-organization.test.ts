import { OrganizationId } from '@rollcall/contract/ids';
import { Unavailable } from '@rollcall/kit/app-error';
import { silentLog } from '@rollcall/kit/log';
import { describe, expect, it } from 'vitest';
import { eachOrganization } from './each-organization.ts';

const organizations = (count: number) => Array.from({ length: count }, (_, n) => OrganizationId.parse(`school-${n}`));
const inTime = { log: silentLog, leftMs: () => 1_000 };

describe('what runs for each organization', () => {
  it('runs once for each, several at a time', async () => {
    const ids = organizations(50);
    const seen: string[] = [];
    let [atOnce, most] = [0, 0];
    await eachOrganization(ids, inTime, async (org) => {
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
    const ids = organizations(20);
    const seen: string[] = [];
    const run = eachOrganization(ids, inTime, async (org) => {
      seen.push(org);
      if (org === ids[3]) throw new Error('a bug');
      if (org === ids[4]) throw new Unavailable('throttled');
    });
    await expect(run).rejects.toThrow('2 of 20 organizations');
    expect(seen).toHaveLength(20);
  });

  it('gives each its share of the time, whatever the first would take', async () => {
    const ids = organizations(16);
    let left = 16_000;
    const worked = new Map<string, number>();
    await eachOrganization(ids, { log: silentLog, leftMs: () => left }, async (org, hasTime) => {
      // One that never has enough: each turn takes 100 ms of the time of all.
      for (let turns = 0; hasTime(); ) {
        left -= 100;
        worked.set(org, ++turns);
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    expect(new Set(worked.keys())).toEqual(new Set(ids));
    expect(left).toBeGreaterThanOrEqual(0);
  });

  it('begins nothing once the time is over, and says how many were left out', async () => {
    const left: number[] = [];
    const over = { log: silentLog, leftMs: () => 0, onUnfinished: (count: number) => void left.push(count) };
    await eachOrganization(organizations(3), over, () => Promise.reject(new Error('never')));
    expect(left).toEqual([3]);
  });
});
