import { CaptureId, PassageId } from '@rollcall/contract/ids';
import { describe, expect, it } from 'vitest';
import { forgetEvidence } from './forget-evidence.ts';
import { LaggingIndexes } from './lagging-indexes.test.support.ts';
import { main, testSite } from './recognition.test.support.ts';
import { like, registerOf, sightingsOf } from './started-site.test.support.ts';

/** A site whose indexes stand still until they are told to catch up. */
async function laggingSite() {
  const tables: LaggingIndexes[] = [];
  const site = testSite('2026-01-05T07:00:00.000Z', {
    table: (clock) => {
      const table = new LaggingIndexes({ clock });
      tables.push(table);
      return table;
    },
  });
  await site.recognition.start();
  const catchUp = async () => {
    for (const table of tables) await table.catchUp();
  };
  return { site, catchUp };
}

describe('indexes that lag behind', () => {
  it('change nothing of who was seen and who attended', async () => {
    const { site, catchUp } = await laggingSite();
    const [ada, bob] = [await site.register('Ada'), await site.register('Bob')];
    await catchUp();
    const passageId = PassageId.parse(site.newId());
    const [first, second] = [CaptureId.parse(site.newId()), CaptureId.parse(site.newId())];
    await site.send([like(ada, 97), { who: 'stranger' }], { passageId, captureId: first });
    await site.idle();
    await site.send([like(bob, 98)], { passageId, captureId: second });
    await site.idle();
    await site.end(passageId, [first, second]);
    await site.recognition.timers['close-passages']();
    expect((await registerOf(site)).map(({ name, status }) => `${name} ${status}`)).toEqual([
      'Ada present',
      'Bob present',
    ]);
    await catchUp();
    expect((await sightingsOf(site)).map(({ verdict }) => verdict).sort()).toEqual(['accepted', 'accepted', 'unknown']);
  });

  it('hide nothing that is to be forgotten', async () => {
    const { site, catchUp } = await laggingSite();
    const ada = await site.register('Ada');
    await catchUp();
    const passageId = PassageId.parse(site.newId());
    const captures = [CaptureId.parse(site.newId()), CaptureId.parse(site.newId())];
    for (const captureId of captures) {
      await site.send([like(ada, 97)], { passageId, captureId });
      await site.idle();
    }
    await site.end(passageId, captures);
    expect(site.images.pictures.size).toBe(2);
    expect(await forgetEvidence(site.ports, main, ada)).toEqual({ captures: 2, sightings: 1, attendance: 1 });
    expect(site.images.pictures.size).toBe(0);
    await catchUp();
    expect(await registerOf(site)).not.toContainEqual(expect.objectContaining({ status: 'present' }));
    const kept = Object.entries(await site.table.dump()).filter(([, item]) => JSON.stringify(item).includes(ada));
    expect(kept.map(([key]) => key.split('#')[1])).not.toContain('capture');
    expect(kept.map(([key]) => key.split('#')[1])).not.toContain('attendance');
  });
});
