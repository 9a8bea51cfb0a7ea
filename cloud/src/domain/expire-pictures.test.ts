import { describe, expect, it } from 'vitest';
import { main, testSite } from './recognition.test.support.ts';

const days = (n: number) => n * 86_400_000;

async function setUp() {
  const site = testSite();
  await site.recognition.start();
  const ada = await site.register('Ada');
  const known = await site.send([{ who: 'ada', like: { [ada]: 97 } }]);
  const stranger = await site.send([{ who: 'stranger' }]);
  const nobody = await site.send([]);
  await site.idle();
  for (const one of [known, stranger, nobody]) await site.end(one.passageId, [one.captureId]);
  const kept = async () => {
    await site.recognition.timers['expire-pictures']();
    return [known, stranger, nobody].map(({ captureId }) =>
      site.images.pictures.has(`main/captures/2026-01-05/${captureId}.jpg`),
    );
  };
  return { site, kept, ada, stranger };
}

describe('pictures', () => {
  it('of nobody known go after unknownDays, all others after captureDays', async () => {
    const { site, kept } = await setUp();
    expect(await kept()).toEqual([true, true, true]);
    site.clock.advance(days(14));
    expect(await kept()).toEqual([true, true, true]);
    site.clock.advance(days(1));
    expect(await kept()).toEqual([true, false, false]);
    site.clock.advance(days(75));
    expect(await kept()).toEqual([true, false, false]);
    site.clock.advance(days(1));
    expect(await kept()).toEqual([false, false, false]);
    expect((await site.ports.sightings.list(main, {}, { limit: 10 })).items).toHaveLength(2);
  });

  it('of a stranger whom somebody recognized stay as long as the others', async () => {
    const { site, kept, ada, stranger } = await setUp();
    const [id] = (await site.ports.sightings.list(main, { verdict: 'unknown' }, { limit: 1 })).items;
    expect(id).toBe(`${stranger.passageId}.1`);
    if (id) await site.ports.sightings.resolve(main, id, { at: '2026-01-05T08:00:00.000Z', by: 'x', personId: ada });
    site.clock.advance(days(20));
    expect(await kept()).toEqual([true, true, false]);
  });

  it('that were missed while the machine was off go when it is back', async () => {
    const { site, kept } = await setUp();
    await kept();
    site.clock.advance(days(200));
    expect(await kept()).toEqual([false, false, false]);
  });
});
