import { CaptureId, DeviceId, PassageId, type PersonId } from '@rollcall/contract/ids';
import { describe, expect, it } from 'vitest';
import { listAttendance } from './list-attendance.ts';
import { listSightings } from './list-sightings.ts';
import { camera1, door1, main, testSite } from './recognition.test.support.ts';

type Site = ReturnType<typeof testSite>;

const sightingsOf = async (site: Site) => (await listSightings(site.ports, main, {}, { limit: 50 })).items;
const registerOf = async (site: Site, date = '2026-01-05') =>
  (await listAttendance({ ...site.ports, groups: site.groups }, main, { date }, { limit: 50 })).items;
const like = (id: PersonId, similarity: number) => ({ who: id, like: { [id]: similarity } });

async function started(): Promise<Site> {
  const site = testSite();
  await site.recognition.start();
  return site;
}

describe('a capture of somebody who is enrolled', () => {
  it('marks the person at once, while the passage is still open', async () => {
    const site = await started();
    const ada = await site.register('Ada');
    const { captureId, passageId } = await site.send([like(ada, 97)]);
    await site.idle();
    expect(site.acks).toEqual([{ id: captureId, status: 'stored' }]);
    expect(await sightingsOf(site)).toMatchObject([
      {
        id: `${passageId}.1`,
        at: '2026-01-05T07:00:00.000Z',
        verdict: 'accepted',
        person: { id: ada, name: 'Ada' },
        similarity: 97,
        doorId: door1,
        deviceId: camera1,
        captureId,
        attendance: { date: '2026-01-05', status: 'present', marked: true },
      },
    ]);
    expect(await registerOf(site)).toMatchObject([
      { personId: ada, status: 'present', why: 'first seen 08:00 at Door 1' },
    ]);
    expect(site.events).toMatchObject([
      { kind: 'sighting', sighting: { id: `${passageId}.1`, attendance: { marked: true } } },
      { kind: 'attendance', date: '2026-01-05' },
    ]);
  });

  it('takes four writes at most after it is stored', async () => {
    const site = await started();
    const ada = await site.register('Ada');
    await site.ports.attendance.setZone(main, 'Europe/Berlin');
    const before = site.table.writes;
    await site.send([like(ada, 97)]);
    await site.idle();
    // Record; passage, sighting, attendance, done.
    expect(site.table.writes - before).toBe(5);
  });

  it('gives one sighting for all the shots of a passage, and later ones move the end of the day only', async () => {
    const site = await started();
    const ada = await site.register('Ada');
    const { passageId, captureId } = await site.send([like(ada, 97)]);
    site.clock.advance(400);
    const second = await site.send([like(ada, 99)], { passageId });
    await site.idle();
    await site.end(passageId, [captureId, second.captureId]);
    expect(await sightingsOf(site)).toHaveLength(1);
    site.clock.advance(3_600_000);
    await site.send([like(ada, 96)]);
    await site.idle();
    expect(await sightingsOf(site)).toMatchObject([
      { attendance: { marked: false } },
      { attendance: { marked: true } },
    ]);
    expect(await registerOf(site)).toMatchObject([
      { firstSeenAt: '2026-01-05T07:00:00.000Z', lastSeenAt: '2026-01-05T08:00:00.400Z' },
    ]);
  });

  it('moves the start of its own day when it arrives late', async () => {
    const site = await started();
    const ada = await site.register('Ada');
    await site.send([like(ada, 97)]);
    await site.send([like(ada, 97)], { takenAt: '2026-01-05T06:30:00Z' });
    await site.send([like(ada, 97)], { takenAt: '2026-01-04T22:59:59.000Z' });
    await site.idle();
    expect(await registerOf(site)).toMatchObject([
      { firstSeenAt: '2026-01-05T06:30:00.000Z', lastSeenAt: '2026-01-05T07:00:00.000Z' },
    ]);
    expect(await registerOf(site, '2026-01-04')).toMatchObject([{ firstSeenAt: '2026-01-04T22:59:59.000Z' }]);
  });

  it('is one sighting in the live feed within the dedupe window, and none the less recorded', async () => {
    const site = await started();
    const ada = await site.register('Ada');
    await site.send([like(ada, 97)]);
    await site.idle();
    site.clock.advance(60_000);
    await site.send([like(ada, 97)]);
    await site.idle();
    expect(site.events.filter((event) => event.kind === 'sighting')).toHaveLength(1);
    expect(await sightingsOf(site)).toHaveLength(2);
  });

  it('tells two people in one picture apart, and never takes both for the same person', async () => {
    const site = await started();
    const [ada, bob] = [await site.register('Ada'), await site.register('Bob')];
    const { passageId, captureId } = await site.send([
      { who: 'twin', like: { [ada]: 96 } },
      { who: 'ada', like: { [ada]: 98 } },
      { who: 'bob', like: { [bob]: 97 } },
    ]);
    await site.idle();
    expect(new Set((await sightingsOf(site)).map((one) => one.person?.name))).toEqual(new Set(['Ada', 'Bob']));
    await site.end(passageId, [captureId]);
    const doubtful = (await sightingsOf(site)).filter((one) => one.verdict === 'doubtful');
    expect(doubtful).toMatchObject([
      { person: null, reason: 'another face in the same picture is more like this person' },
    ]);
  });

  it('does not lose a look-alike in the track of somebody else', async () => {
    const site = await started();
    const [ada, bob] = [await site.register('Ada'), await site.register('Bob')];
    const { passageId } = await site.send([{ who: 'alike', like: { [ada]: 97 } }]);
    await site.send([{ who: 'alike', like: { [bob]: 97, [ada]: 40 } }], { passageId });
    await site.idle();
    expect(new Set((await sightingsOf(site)).map((one) => one.person?.name))).toEqual(new Set(['Ada', 'Bob']));
  });

  it('gives no second sighting for a poor picture of the same face that resembles somebody else a little', async () => {
    const site = await started();
    const [ada, bob] = [await site.register('Ada'), await site.register('Bob')];
    const first = await site.send([{ who: 'ada', like: { [ada]: 97 } }]);
    const second = await site.send([{ who: 'ada', like: { [bob]: 40, [ada]: 38 } }], { passageId: first.passageId });
    await site.idle();
    await site.end(first.passageId, [first.captureId, second.captureId]);
    expect(await sightingsOf(site)).toMatchObject([{ person: { name: 'Ada' } }]);
  });

  it('takes two tracks for one person when their pictures could not be linked', async () => {
    const site = await started();
    const ada = await site.register('Ada');
    const { passageId } = await site.send([{ who: 'profile', like: { [ada]: 96 } }]);
    await site.send([{ who: 'front', like: { [ada]: 99 } }], { passageId });
    await site.idle();
    expect(await sightingsOf(site)).toHaveLength(1);
  });
});

describe('a capture of somebody who is not recognized at first', () => {
  it('leaves no sighting until the passage is over', async () => {
    const site = await started();
    const ada = await site.register('Ada');
    const { passageId, captureId } = await site.send([like(ada, 85)]);
    await site.idle();
    expect(await sightingsOf(site)).toEqual([]);
    await site.end(passageId, [captureId]);
    expect(await sightingsOf(site)).toMatchObject([
      { verdict: 'doubtful', person: null, candidates: [{ person: { name: 'Ada' }, similarity: 85 }] },
    ]);
    expect(await registerOf(site)).toEqual([]);
  });

  it('is accepted by several pictures together, with one sighting', async () => {
    const site = await started();
    const ada = await site.register('Ada');
    const first = await site.send([{ who: 'ada', like: { [ada]: 93 } }]);
    const second = await site.send([{ who: 'ada', like: { [ada]: 99 } }], first);
    expect(second.captureId).toBe(first.captureId);
    const third = await site.send([{ who: 'ada', like: { [ada]: 99 } }], { passageId: first.passageId });
    await site.idle();
    expect(await sightingsOf(site)).toMatchObject([
      { verdict: 'accepted', similarity: 96, reason: expect.stringMatching(/over 2 pictures/) },
    ]);
    await site.end(first.passageId, [first.captureId, third.captureId]);
    expect(await sightingsOf(site)).toHaveLength(1);
  });

  it('is decided 15 s after its last capture when the end of the passage never comes', async () => {
    const site = await started();
    await site.send([{ who: 'stranger', like: {} }]);
    await site.idle();
    site.clock.advance(14_999);
    await site.recognition.timers['close-passages']();
    expect(await sightingsOf(site)).toEqual([]);
    site.clock.advance(1);
    await site.recognition.timers['close-passages']();
    expect(await sightingsOf(site)).toMatchObject([{ verdict: 'unknown', similarity: null }]);
    await site.recognition.timers['close-passages']();
    expect(await sightingsOf(site)).toHaveLength(1);
  });

  it('is not decided while a capture of its passage still waits for recognition', async () => {
    const site = await started();
    const ada = await site.register('Ada');
    const { passageId } = await site.send([like(ada, 85)]);
    await site.idle();
    site.engine.isAway = true;
    await site.send([like(ada, 99)], { passageId });
    site.clock.advance(15_000);
    await site.recognition.timers['close-passages']();
    expect(await sightingsOf(site)).toEqual([]);
    site.engine.isAway = false;
    site.timer.advance(1_000);
    await site.idle();
    // 85 and 99 together: not enough; the passage must still be decided, once.
    site.clock.advance(15_000);
    await site.recognition.timers['close-passages']();
    expect(await sightingsOf(site)).toMatchObject([{ verdict: 'doubtful', similarity: 92 }]);
  });

  it('is marked all the same when the good picture comes after the passage fell silent', async () => {
    const site = await started();
    const ada = await site.register('Ada');
    const { passageId } = await site.send([like(ada, 85)]);
    await site.idle();
    site.clock.advance(15_000);
    await site.recognition.timers['close-passages']();
    await site.send([like(ada, 99)], { passageId });
    await site.send([like(ada, 70)], { passageId });
    await site.idle();
    site.clock.advance(15_000);
    await site.recognition.timers['close-passages']();
    expect((await sightingsOf(site)).map((one) => one.verdict).sort()).toEqual(['accepted', 'doubtful']);
  });

  it('keeps nothing to compare faces by once the passage is closed', async () => {
    const site = await started();
    const ada = await site.register('Ada');
    const one = await site.send([like(ada, 97), { who: 'stranger' }]);
    const silent = await site.send([{ who: 'silent' }]);
    await site.idle();
    await site.end(one.passageId, [one.captureId]);
    expect(JSON.stringify((await site.ports.passages.get(main, one.passageId))?.passage)).not.toMatch(/stranger/);
    site.clock.advance(15_000);
    await site.recognition.timers['close-passages']();
    expect(JSON.stringify((await site.ports.passages.get(main, silent.passageId))?.passage)).toMatch(/silent/);
    site.clock.advance(3_600_000);
    await site.recognition.timers['close-passages']();
    expect(JSON.stringify((await site.ports.passages.get(main, silent.passageId))?.passage)).not.toMatch(/silent/);
  });
});

describe('a capture without a usable face', () => {
  it('says why, once for the passage, when nobody better was seen', async () => {
    const site = await started();
    const { passageId, captureId } = await site.send([
      { who: 'far', width: 18 },
      { who: 'blurred', sharpness: 2 },
    ]);
    await site.idle();
    await site.end(passageId, [captureId]);
    expect(await sightingsOf(site)).toMatchObject([
      { verdict: 'unusable', reason: expect.stringMatching(/18 pixels wide|too blurred/) },
    ]);
  });

  it('is never accepted, however similar', async () => {
    const site = await started();
    const ada = await site.register('Ada');
    const { passageId, captureId } = await site.send([{ who: 'ada', width: 20, like: { [ada]: 100 } }]);
    await site.idle();
    await site.end(passageId, [captureId]);
    expect(await sightingsOf(site)).toMatchObject([{ verdict: 'unusable', person: null, candidates: [] }]);
  });

  it('gives no sighting when there is no face at a door', async () => {
    const site = await started();
    const { passageId, captureId } = await site.send([]);
    await site.idle();
    await site.end(passageId, [captureId]);
    expect(await sightingsOf(site)).toEqual([]);
    expect((await site.ports.captures.get(main, captureId))?.capture.status).toBe('done');
  });
});

describe('a capture that cannot be recognized', () => {
  it('fails when it is no picture, and its passage is decided without it', async () => {
    const site = await started();
    const good = await site.send([{ who: 'stranger' }]);
    const image = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1);
    const { captureId: bad } = await site.send([], { passageId: good.passageId, image });
    await site.idle();
    expect((await site.ports.captures.get(main, bad))?.capture).toMatchObject({
      status: 'failed',
      reason: 'expected a picture',
    });
    await site.end(good.passageId, [good.captureId, bad]);
    expect(await sightingsOf(site)).toMatchObject([{ verdict: 'unknown' }]);
  });

  it('stays pending while the engine is away, and is finished when it is back', async () => {
    const site = await started();
    const ada = await site.register('Ada');
    site.engine.isAway = true;
    const { captureId } = await site.send([like(ada, 97)]);
    await new Promise((resolve) => setImmediate(resolve));
    expect((await site.ports.captures.get(main, captureId))?.capture.status).toBe('pending');
    site.engine.isAway = false;
    site.timer.advance(1_000);
    await site.idle();
    expect(await sightingsOf(site)).toHaveLength(1);
  });

  it('fails when its passage is another device’s', async () => {
    const site = await started();
    const ada = await site.register('Ada');
    const { passageId } = await site.send([like(ada, 97)]);
    await site.idle();
    const { captureId: foreign } = await site.send([{ who: 'x' }], { passageId, deviceId: DeviceId.parse('camera-2') });
    await site.idle();
    expect((await site.ports.captures.get(main, foreign))?.capture.status).toBe('failed');
  });
});

describe('captures of one passage', () => {
  it('come to the same when they are recognized at once', async () => {
    const site = testSite();
    const ada = await site.register('Ada');
    const passageId = PassageId.parse(site.newId());
    const captures: CaptureId[] = [];
    for (let shot = 0; shot < 6; shot++) captures.push((await site.send([like(ada, 97)], { passageId })).captureId);
    const { recognizeCapture } = await import('./recognize-capture.ts');
    await Promise.all(captures.map((id) => recognizeCapture(site.ports, main, id)));
    expect(await sightingsOf(site)).toHaveLength(1);
    expect(Object.keys((await site.ports.passages.get(main, passageId))?.passage.captures ?? {})).toHaveLength(6);
  });

  it('come to the same when several doors see one person at once', async () => {
    const site = testSite();
    const ada = await site.register('Ada');
    const captures: CaptureId[] = [];
    for (let door = 0; door < 8; door++) {
      site.clock.advance(1);
      captures.push((await site.send([like(ada, 97)])).captureId);
    }
    const { recognizeCapture } = await import('./recognize-capture.ts');
    await Promise.all(captures.map((id) => recognizeCapture(site.ports, main, id)));
    expect(await registerOf(site)).toMatchObject([
      { firstSeenAt: '2026-01-05T07:00:00.001Z', lastSeenAt: '2026-01-05T07:00:00.008Z' },
    ]);
  });
});

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
