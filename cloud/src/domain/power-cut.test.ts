import { CaptureId, PassageId, type PersonId } from '@rollcall/contract/ids';
import { describe, expect, it } from 'vitest';
import { testSite } from './recognition.test.support.ts';
import { like, sightingsOf, type Site } from './started-site.test.support.ts';

function idsOf(site: Site) {
  return {
    passageId: PassageId.parse(site.newId()),
    first: CaptureId.parse(site.newId()),
    second: CaptureId.parse(site.newId()),
  };
}

/** One morning: two people, a stranger, an end of passage. Stops where the power goes. */
async function morning(site: Site, ids: Record<'ada' | 'bob', PersonId>, given: ReturnType<typeof idsOf>) {
  const { passageId, first, second } = given;
  await site.recognition.start();
  await site.send([like(ids.ada, 97), { who: 'stranger' }], { passageId, captureId: first });
  await site.idle();
  await site.send([like(ids.bob, 98)], { passageId, captureId: second });
  await site.idle();
  await site.end(passageId, [first, second]);
}

async function outcome(breakAt?: { write: number; when: 'before' | 'after' }) {
  const site = testSite();
  const people = { ada: await site.register('Ada'), bob: await site.register('Bob') };
  const given = idsOf(site);
  const start = site.table.writes;
  site.table.breakAt = breakAt && { ...breakAt, write: start + breakAt.write };
  await morning(site, people, given).catch(() => {});
  const writes = site.table.writes - start;
  await site.idle();
  const broke = site.table.mend();
  await site.restart();
  await site.idle();
  // The device sends again what was not acked.
  await morning(site, people, given);
  await site.recognition.timers['close-passages']();
  return { dump: await site.table.dump(), writes, broke, site };
}

describe('a power cut at any write', () => {
  it('comes to the same once it is run again', async () => {
    const whole = await outcome();
    expect((await sightingsOf(whole.site)).map((one) => one.verdict).sort()).toEqual([
      'accepted',
      'accepted',
      'unknown',
    ]);
    expect(whole.broke).toBe(false);
    for (let write = 1; write <= whole.writes; write++) {
      for (const when of ['before', 'after'] as const) {
        const cut = await outcome({ write, when });
        expect(cut.broke, `write ${write}`).toBe(true);
        expect(cut.dump, `power cut ${when} write ${write}`).toEqual(whole.dump);
      }
    }
  });
});
