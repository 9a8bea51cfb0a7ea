import { instantOf } from '@rollcall/kit/clock';
import { describe, expect, it } from 'vitest';
import { expirePictures } from './expire-pictures.ts';
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

  it('that came late, of days whose pictures are gone already, go as long after they came', async () => {
    const site = testSite();
    await site.recognition.start();
    const expire = () => site.recognition.timers['expire-pictures']();
    await site.configure({ retention: { unknownDays: 1, captureDays: 5 } });
    await expire();
    const takenAt = instantOf(site.clock.now());
    site.clock.advance(days(10));
    await expire();
    const ada = await site.register('Ada');
    await site.send([{ who: 'stranger' }], { takenAt });
    await site.send([{ who: 'ada', like: { [ada]: 97 } }], { takenAt });
    await site.idle();
    const left: number[] = [];
    for (let day = 0; day < 7; day++) {
      await expire();
      left.push(site.images.pictures.size);
      site.clock.advance(days(1));
    }
    expect(left).toEqual([2, 2, 1, 1, 1, 1, 0]);
  });

  it('of a day that is too long for one run go in several, each of which goes on where the last one stopped', async () => {
    const site = testSite();
    await site.recognition.start();
    for (let n = 0; n < 250; n++) await site.send([]);
    await site.idle();
    site.clock.advance(days(15));
    const today = instantOf(site.clock.now()).slice(0, 10);
    for (const kind of ['all', 'reports'] as const) await site.ports.captures.setExpired(main, kind, { day: today });
    await site.ports.captures.setExpired(main, 'unidentified', { day: '2026-01-05' });
    const left: number[] = [];
    for (let run = 0; run < 4; run++) {
      let turns = 1;
      await expirePictures(site.ports, main, () => turns-- > 0);
      left.push(site.images.pictures.size);
    }
    expect(left).toEqual([150, 50, 0, 0]);
    expect(await site.ports.captures.expired(main, 'unidentified')).toEqual({ day: '2026-01-06' });
  });
});
