import { CaptureId, PassageId, type PersonId } from '@rollcall/contract/ids';
import { instantOf } from '@rollcall/kit/clock';
import { describe, expect, it } from 'vitest';
import { finishCaptures } from './finish-captures.ts';
import { readCapture } from './read-capture.ts';
import { main, testSite } from './recognition.test.support.ts';
import { recognizePassage } from './recognize-passage.ts';
import { like, registerOf, sightingsOf, type Site } from './started-site.test.support.ts';
import { takeCapture } from './take-capture.ts';

/** A site at which each search has a price. */
async function paidSite(): Promise<Site> {
  const site = testSite();
  site.engine.isPaid = true;
  await site.recognition.start();
  return site;
}

/** Somebody comes nearer: captures with these sizes, one a second. */
async function walk(site: Site, faces: Parameters<Site['send']>[0], sizes: readonly number[], passageId?: PassageId) {
  const id = passageId ?? PassageId.parse(site.newId());
  const captures: CaptureId[] = [];
  for (const [index, size] of sizes.entries()) {
    if (index > 0) site.clock.advance(1_000);
    const shot = { size, score: size, sequence: index + 1 };
    captures.push((await site.send(faces, { passageId: id, shot })).captureId);
    await site.idle();
  }
  return { passageId: id, captures };
}

const captureOf = async (site: Site, id: CaptureId) => (await site.ports.captures.get(main, id))?.capture;

describe('a passage where each search has a price', () => {
  it('takes one for somebody who is enrolled, by the first good picture, while they are in the doorway', async () => {
    const site = await paidSite();
    const ada = await site.register('Ada');
    const { passageId, captures } = await walk(site, [like(ada, 97)], [0.3, 0.6, 0.8]);
    expect(await registerOf(site)).toMatchObject([{ personId: ada, status: 'present' }]);
    await site.end(passageId, captures);
    await site.idle();
    expect(site.engine.searches).toBe(1);
    expect(await sightingsOf(site)).toMatchObject([{ verdict: 'accepted', captureId: captures[1] }]);
    expect((await site.ports.passages.get(main, passageId))?.passage).toMatchObject({ state: 'closed' });
  });

  it('says of a capture that it was not searched and why, with the sighting of its walk', async () => {
    const site = await paidSite();
    const ada = await site.register('Ada');
    const { captures } = await walk(site, [like(ada, 97)], [0.3, 0.6, 0.8]);
    const [poor = captures[0], , last = captures[2]] = captures;
    for (const id of [poor, last]) {
      if (!id) throw new Error('expected three captures');
      expect(await captureOf(site, id)).toMatchObject({ status: 'done', tracks: [1] });
      expect(await readCapture(site.ports, main, id, () => true)).toMatchObject({
        status: 'done',
        reason: expect.stringMatching(/^not searched: better pictures of the same walk were/),
        sightings: [{ person: { name: 'Ada' } }],
      });
    }
  });

  it('holds poor pictures until the passage ends, and then searches the best', async () => {
    const site = await paidSite();
    const ada = await site.register('Ada');
    const { passageId, captures } = await walk(site, [like(ada, 97)], [0.2, 0.3, 0.4]);
    expect(site.engine.searches).toBe(0);
    await site.end(passageId, captures);
    await site.idle();
    expect(site.engine.searches).toBe(1);
    expect(await sightingsOf(site)).toMatchObject([{ verdict: 'accepted', captureId: captures[2] }]);
  });

  it('searches what it holds when the end never comes, 15 s after the last capture, and decides then', async () => {
    const site = await paidSite();
    await walk(site, [{ who: 'stranger' }], [0.2, 0.3]);
    site.clock.advance(14_999);
    await site.recognition.timers['close-passages']();
    expect(site.engine.searches).toBe(0);
    site.clock.advance(1);
    await site.recognition.timers['close-passages']();
    expect(site.engine.searches).toBe(2);
    expect(await sightingsOf(site)).toMatchObject([{ verdict: 'unknown' }]);
  });

  it('takes three at most for a stranger, and one sighting', async () => {
    const site = await paidSite();
    const { passageId, captures } = await walk(site, [{ who: 'stranger' }], [0.3, 0.5, 0.6, 0.7, 0.8]);
    await site.end(passageId, captures);
    await site.idle();
    expect(site.engine.searches).toBe(3);
    expect(await sightingsOf(site)).toMatchObject([{ verdict: 'unknown' }]);
    for (const id of captures) expect((await captureOf(site, id))?.status).toBe('done');
  });

  it('goes on to the next picture when one is doubtful, and no further', async () => {
    const site = await paidSite();
    const ada = await site.register('Ada');
    const passageId = PassageId.parse(site.newId());
    const doubtful = await site.send([{ who: 'ada', like: { [ada]: 93 } }], { passageId, shot: { size: 0.6 } });
    await site.idle();
    site.clock.advance(1_000);
    const good = await site.send([{ who: 'ada', like: { [ada]: 99 } }], { passageId, shot: { size: 0.7 } });
    site.clock.advance(1_000);
    const last = await site.send([{ who: 'ada', like: { [ada]: 99 } }], { passageId, shot: { size: 0.8 } });
    await site.idle();
    await site.end(passageId, [doubtful.captureId, good.captureId, last.captureId]);
    await site.idle();
    expect(site.engine.searches).toBe(2);
    expect(await sightingsOf(site)).toMatchObject([{ verdict: 'accepted', similarity: 96 }]);
  });

  it('does not lose a stranger who walks in behind somebody who was accepted', async () => {
    const site = await paidSite();
    const ada = await site.register('Ada');
    const first = await walk(site, [like(ada, 97)], [0.3, 0.6]);
    site.clock.advance(2_500);
    const behind = await walk(site, [{ who: 'stranger' }], [0.7], first.passageId);
    await site.end(first.passageId, [...first.captures, ...behind.captures]);
    await site.idle();
    expect((await sightingsOf(site)).map(({ verdict }) => verdict).toSorted()).toEqual(['accepted', 'unknown']);
    expect(site.engine.searches).toBe(2);
  });

  it('does not lose a stranger who is in the same picture', async () => {
    const site = await paidSite();
    const ada = await site.register('Ada');
    const { passageId, captures } = await walk(site, [like(ada, 97), { who: 'stranger' }], [0.3, 0.6]);
    await site.end(passageId, captures);
    await site.idle();
    expect((await sightingsOf(site)).map(({ verdict }) => verdict).toSorted()).toEqual(['accepted', 'unknown']);
  });

  it('passes over a picture that is none, and takes the next', async () => {
    const site = await paidSite();
    const ada = await site.register('Ada');
    const image = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1);
    const bad = await site.send([], { image, shot: { score: 0.9, size: 0.6 } });
    const good = await site.send([like(ada, 97)], { passageId: bad.passageId, shot: { size: 0.7 } });
    await site.idle();
    await site.end(bad.passageId, [bad.captureId, good.captureId]);
    await site.idle();
    expect((await captureOf(site, bad.captureId))?.status).toBe('failed');
    expect(await sightingsOf(site)).toMatchObject([{ verdict: 'accepted' }]);
    expect((await site.ports.passages.get(main, bad.passageId))?.passage.state).toBe('closed');
  });

  it('is not held up by a capture that was forgotten while it waited', async () => {
    const site = await paidSite();
    const { passageId, captures } = await walk(site, [{ who: 'stranger' }], [0.2, 0.3]);
    const [gone] = captures.slice(-1);
    if (!gone) throw new Error('expected two captures');
    await site.ports.captures.delete(main, gone);
    site.clock.advance(15_000);
    await recognizePassage(site.ports, main, passageId);
    expect(await sightingsOf(site)).toMatchObject([{ verdict: 'unknown', captureId: captures[0] }]);
  });

  it('is not paid for twice when its captures come at once', async () => {
    const site = testSite();
    site.engine.isPaid = true;
    const ada = await site.register('Ada');
    const passageId = PassageId.parse(site.newId());
    const captures: CaptureId[] = [];
    for (const size of [0.6, 0.7, 0.8]) {
      captures.push((await site.send([like(ada, 97)], { passageId, shot: { size, score: size } })).captureId);
    }
    await Promise.all([...captures, ...captures].map((id) => takeCapture(site.ports, main, id)));
    expect(site.engine.searches).toBe(1);
    for (const id of captures) expect((await captureOf(site, id))?.status).toBe('done');
    expect(await sightingsOf(site)).toHaveLength(1);
  });

  it('has no more captures than a device may number, so that its record stays within what a table takes', async () => {
    const site = testSite();
    site.engine.isPaid = true;
    const passageId = PassageId.parse(site.newId());
    const statuses: (string | undefined)[] = [];
    for (let n = 0; n < 101; n++) {
      const { captureId } = await site.send([], { passageId, shot: { size: 0.1, score: 0.1 } });
      await takeCapture(site.ports, main, captureId);
      statuses.push((await captureOf(site, captureId))?.status);
    }
    expect(statuses.slice(97)).toEqual(['pending', 'pending', 'failed', 'failed']);
    expect((await site.ports.passages.get(main, passageId))?.passage.shots).toHaveLength(99);
  });

  it('is taken over from somebody who died while searching, once they must have', async () => {
    const site = testSite();
    site.engine.isPaid = true;
    const ada = await site.register('Ada');
    const { captureId, passageId } = await site.send([like(ada, 97)]);
    // Held; leased; the power goes as the passage is to be written.
    site.table.breakAt = { write: site.table.writes + 3, when: 'before' };
    await expect(takeCapture(site.ports, main, captureId)).rejects.toThrow('power cut');
    site.table.mend();
    await takeCapture(site.ports, main, captureId);
    expect((await captureOf(site, captureId))?.status).toBe('pending');
    site.clock.advance(60_000);
    await finishCaptures(site.ports, main, { leftAfterMs: 60_000, hasTime: () => true });
    expect((await captureOf(site, captureId))?.status).toBe('done');
    expect((await site.ports.passages.get(main, passageId))?.passage.searching).toBeNull();
    expect(await sightingsOf(site)).toHaveLength(1);
  });
});

describe('a power cut at any write of a passage where each search has a price', () => {
  it('comes to the same as none, at the price of one search more', async () => {
    const whole = await outcome();
    expect(whole).toMatchObject({
      searches: 2,
      seen: {
        verdicts: ['accepted Ada', 'unknown nobody'],
        captures: ['done', 'done', 'done', 'done'],
        state: 'closed',
      },
    });
    for (let write = 1; write <= whole.writes; write++) {
      for (const when of ['before', 'after'] as const) {
        const cut = await outcome(write, when);
        expect(cut.seen, `power cut ${when} write ${write}`).toEqual(whole.seen);
        expect(cut.searches).toBeLessThanOrEqual(whole.searches + 1);
      }
    }
  });
});

/** Ada, then a stranger behind her, with all that is sent again. */
async function morning(site: Site, ada: PersonId, ids: readonly CaptureId[], passageId: PassageId): Promise<void> {
  const sizes = [0.3, 0.6, 0.7];
  const start = Date.parse('2026-01-05T07:00:00.000Z');
  for (const [index, captureId] of ids.entries()) {
    const size = sizes[index] ?? 0.6;
    const face = index < 3 ? like(ada, 97) : { who: 'stranger' };
    const takenAt = instantOf(start + (index < 3 ? index * 1_000 : 6_000));
    const shot = { size, score: size, sequence: index + 1 };
    await site.send([face], { passageId, captureId, takenAt, shot });
    await takeCapture(site.ports, main, captureId);
  }
  await site.end(passageId, ids);
  await recognizePassage(site.ports, main, passageId);
}

async function outcome(write?: number, when: 'before' | 'after' = 'before') {
  const site = testSite();
  site.engine.isPaid = true;
  const ada = await site.register('Ada');
  const passageId = PassageId.parse(site.newId());
  const ids = [1, 2, 3, 4].map(() => CaptureId.parse(site.newId()));
  const before = site.table.writes;
  if (write !== undefined) site.table.breakAt = { write: before + write, when };
  await morning(site, ada, ids, passageId).catch(() => {});
  const writes = site.table.writes - before;
  site.table.mend();
  // Longer than whoever died may have been at it.
  site.clock.advance(61_000);
  await morning(site, ada, ids, passageId);
  await site.recognition.timers['close-passages']();
  const { searches } = site.engine;
  const verdicts = (await sightingsOf(site)).map((one) => `${one.verdict} ${one.person?.name ?? 'nobody'}`);
  const captures = await Promise.all(ids.map(async (id) => (await captureOf(site, id))?.status));
  const passage = (await site.ports.passages.get(main, passageId))?.passage;
  return { writes, searches, seen: { verdicts: verdicts.toSorted(), captures, state: passage?.state } };
}
