import { describe, expect, it } from 'vitest';
import { main } from './recognition.test.support.ts';
import { like, registerOf, sightingsOf, started } from './started-site.test.support.ts';

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

  it('is not lost when the power goes while it is decided and a late picture comes first after that', async () => {
    const site = await started();
    const { passageId } = await site.send([{ who: 'stranger' }]);
    await site.idle();
    site.clock.advance(15_000);
    // The decision is kept, the sighting is not yet.
    site.table.breakAt = { write: site.table.writes + 1, when: 'after' };
    await expect(site.recognition.timers['close-passages']()).rejects.toThrow('power cut');
    site.table.mend();
    await site.restart();
    expect(await sightingsOf(site)).toEqual([]);
    await site.send([{ who: 'stranger' }], { passageId });
    await site.idle();
    expect(await sightingsOf(site)).toMatchObject([{ verdict: 'unknown' }]);
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
