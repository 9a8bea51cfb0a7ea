import { describe, expect, it } from 'vitest';
import { forgetEvidence } from './forget-evidence.ts';
import { MemoryImages } from './memory-images.test.support.ts';
import { main, testSite } from './recognition.test.support.ts';

const face = (id: string, similarity = 97) => ({ who: id, like: { [id]: similarity } });

/** Ada alone, Ada and Bob, Bob of whom Ada reminds a little; a day apart. */
async function setUp() {
  const site = testSite();
  await site.recognition.start();
  const [ada, bob] = [await site.register('Ada'), await site.register('Bob')];
  for (const faces of [[face(ada)], [face(ada), face(bob)], [{ who: 'x', like: { [bob]: 97, [ada]: 60 } }]]) {
    const { passageId, captureId } = await site.send(faces);
    await site.idle();
    await site.end(passageId, [captureId]);
    site.clock.advance(86_400_000);
  }
  return { site, ada, bob };
}

describe('forgetting what was recorded of a person', () => {
  it('removes sightings, captures with their pictures and attendance, and counts them', async () => {
    const { site, ada, bob } = await setUp();
    expect(site.images.pictures.size).toBe(3);
    expect(await forgetEvidence(site.ports, main, ada)).toEqual({ captures: 2, sightings: 2, attendance: 2 });
    expect(site.images.pictures.size).toBe(1);
    await site.people.delete(main, ada);
    const rest = Object.entries(await site.table.dump()).filter(([, item]) => JSON.stringify(item).includes(ada));
    // How similar somebody else was to her: a number without a name.
    expect(rest.map(([key]) => key.split('#')[1])).toEqual(['passage', 'sighting']);
    const bobs = await site.ports.appearances.list(main, bob, {}, { limit: 10 });
    expect(bobs.items).toHaveLength(2);
  });

  it('takes many at once, for a year of somebody is more than an answer has time for one after the other', async () => {
    const site = testSite();
    await site.recognition.start();
    const ada = await site.register('Ada');
    for (let n = 0; n < 60; n++) await site.send([face(ada)]);
    await site.idle();
    let [deleting, most] = [0, 0];
    const images = new MemoryImages();
    images.delete = async () => {
      most = Math.max(most, ++deleting);
      await new Promise((resolve) => setImmediate(resolve));
      deleting--;
    };
    const forgotten = await forgetEvidence({ ...site.ports, images }, main, ada);
    expect(forgotten).toEqual({ captures: 60, sightings: 60, attendance: 1 });
    expect(most).toBeGreaterThan(20);
  });

  it('finds nothing the second time', async () => {
    const { site, ada } = await setUp();
    await forgetEvidence(site.ports, main, ada);
    expect(await forgetEvidence(site.ports, main, ada)).toEqual({ captures: 0, sightings: 0, attendance: 0 });
  });

  it('is finished by running it again after a power cut at any write', async () => {
    const whole = await setUp();
    const start = whole.site.table.writes;
    await forgetEvidence(whole.site.ports, main, whole.ada);
    const dump = await whole.site.table.dump();
    for (let write = 1; write <= whole.site.table.writes - start; write++) {
      const { site, ada } = await setUp();
      site.table.breakAt = { write: site.table.writes + write, when: 'after' };
      await expect(forgetEvidence(site.ports, main, ada)).rejects.toThrow('power cut');
      site.table.mend();
      await forgetEvidence(site.ports, main, ada);
      expect(await site.table.dump(), `write ${write}`).toEqual(dump);
      expect(site.images.pictures.size).toBe(1);
    }
  });
});
