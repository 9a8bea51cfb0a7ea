import { CaptureId, DeviceId, PassageId } from '@rollcall/contract/ids';
import { describe, expect, it } from 'vitest';
import { camera1, door1, main, testSite } from './recognition.test.support.ts';
import { recognizeCapture } from './recognize-capture.ts';
import { like, registerOf, sightingsOf, started } from './started-site.test.support.ts';

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
    await site.ports.attendance.setCut(main, { zone: 'Europe/Berlin' });
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
    await Promise.all(captures.map((id) => recognizeCapture(site.ports, main, id)));
    expect(await registerOf(site)).toMatchObject([
      { firstSeenAt: '2026-01-05T07:00:00.001Z', lastSeenAt: '2026-01-05T07:00:00.008Z' },
    ]);
  });
});
