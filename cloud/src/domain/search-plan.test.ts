import { CaptureId, DeviceId, DoorId, PassageId, PersonId, SightingId } from '@rollcall/contract/ids';
import { instantOf } from '@rollcall/kit/clock';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DoorShot, Passage, Track } from '../store/passage-store.ts';
import { newPassage } from './passage-progress.ts';
import { planSearches, walksOf } from './search-plan.ts';

const start = Date.parse('2026-01-05T07:00:00.000Z');
const deviceId = DeviceId.parse('camera-1');
const doorId = DoorId.parse('door-1');
const passageId = PassageId.parse('01KB0000000000000000000000');

function idOf(sequence: number): CaptureId {
  return CaptureId.parse(`01KB00000000000000000000${String(sequence).padStart(2, '0')}`);
}

/** @param atMs after the start of the passage. */
function shot(sequence: number, atMs: number, size: number, more: Partial<DoorShot> = {}): DoorShot {
  const at = instantOf(start + atMs);
  return { captureId: idOf(sequence), at, sequence, score: size, size, faces: null, isGood: size >= 0.5, ...more };
}

function passageOf(shots: readonly DoorShot[], more: Partial<Passage> = {}): Passage {
  const dueAt = instantOf(start + 15_000);
  return { ...newPassage(passageId, { deviceId, doorId }), shots, dueAt, ...more };
}

function track(number: number, verdict: 'accepted' | 'doubtful' | null): Track {
  const sighting = verdict && {
    id: SightingId.parse(`${passageId}.${number}`),
    at: instantOf(start),
    verdict,
    reason: 'so',
    personId: verdict === 'accepted' ? PersonId.parse('01KB0000000000000000000001') : null,
    similarity: 99,
    candidates: [],
    doorId,
    deviceId,
    captureId: idOf(1),
    passageId,
    face: null,
  };
  return { number, shots: [], sighting };
}

const ended = { expected: [] };
const searchOf = (passage: Passage, now = start) => planSearches(passage, now).search;
const skipped = (passage: Passage) => planSearches(passage, start).skip.map(({ captureId }) => captureId);

describe('which captures of a passage are searched', () => {
  it('is a good one at once, while a poor one waits for a better', () => {
    expect(searchOf(passageOf([shot(1, 0, 0.6)]))).toBe(idOf(1));
    expect(searchOf(passageOf([shot(1, 0, 0.3)]))).toBeNull();
    expect(searchOf(passageOf([shot(1, 0, 0.3), shot(2, 1_500, 0.6)]))).toBe(idOf(2));
  });

  it('is the best of what there is when the passage is over, silent, or late', () => {
    const shots = [shot(1, 0, 0.2), shot(2, 1_500, 0.3)];
    expect(searchOf(passageOf(shots, ended))).toBe(idOf(2));
    expect(searchOf(passageOf(shots), start + 15_000)).toBe(idOf(2));
    expect(searchOf(passageOf(shots, { state: 'settled' }))).toBe(idOf(2));
  });

  it('is no other of the walk once everybody in it is accepted', () => {
    const shots = [shot(1, 0, 0.3), shot(2, 1_500, 0.6), shot(3, 2_600, 0.7)];
    const passage = passageOf(shots, { captures: { [idOf(2)]: [1] }, tracks: [track(1, 'accepted')] });
    expect(searchOf(passage)).toBeNull();
    expect(planSearches(passage, start).skip).toEqual([
      { captureId: idOf(1), tracks: [1] },
      { captureId: idOf(3), tracks: [1] },
    ]);
  });

  it('is the next best as long as somebody is not accepted, three at most', () => {
    const shots = [0.3, 0.4, 0.5, 0.6, 0.7].map((size, i) => shot(i + 1, i * 1_000, size));
    const after = (...done: number[]) =>
      passageOf(shots, {
        ...ended,
        captures: Object.fromEntries(done.map((one) => [idOf(one), [1]])),
        tracks: [track(1, null)],
      });
    expect(searchOf(after(5))).toBe(idOf(4));
    expect(searchOf(after(5, 4))).toBe(idOf(3));
    expect(searchOf(after(5, 4, 3))).toBeNull();
    expect(skipped(after(5, 4, 3))).toEqual([idOf(1), idOf(2)]);
  });

  it('is none that is much poorer than one that showed a usable face, unless the agent saw more faces in it', () => {
    const usable = { takenAt: instantOf(start), box: null, weight: 1, problem: null, evidence: '', candidates: [] };
    const after = (problem: string | null, faces: number | null) =>
      passageOf([shot(1, 0, 0.3, { faces }), shot(2, 1_500, 0.7)], {
        ...ended,
        captures: { [idOf(2)]: [1] },
        tracks: [{ ...track(1, null), shots: [{ ...usable, problem, captureId: idOf(2) }] }],
      });
    expect(skipped(after(null, null))).toEqual([idOf(1)]);
    expect(searchOf(after(null, 2))).toBe(idOf(1));
    expect(searchOf(after('face turned away', null))).toBe(idOf(1));
  });

  it('is one more when a second face was seen beside who was accepted, however small', () => {
    const shots = [shot(1, 0, 0.6), shot(2, 1_500, 0.7)];
    const tracks = [track(1, 'accepted'), track(2, null)];
    expect(searchOf(passageOf(shots, { captures: { [idOf(1)]: [1, 2] }, tracks }))).toBe(idOf(2));
  });

  it('is one more when the agent saw more faces in it than were found so far', () => {
    const found = { captures: { [idOf(1)]: [1] }, tracks: [track(1, 'accepted')] };
    const two = shot(2, 1_000, 0.7, { faces: 2 });
    expect(searchOf(passageOf([shot(1, 0, 0.6), two], found))).toBe(idOf(2));
    expect(searchOf(passageOf([shot(1, 0, 0.6), { ...two, faces: 1 }], found))).toBeNull();
  });

  it('is who follows behind somebody who was accepted: not soon enough, or not nearer', () => {
    const found = { captures: { [idOf(1)]: [1] }, tracks: [track(1, 'accepted')] };
    expect(searchOf(passageOf([shot(1, 0, 0.6), shot(2, 2_100, 0.7)], found))).toBe(idOf(2));
    expect(searchOf(passageOf([shot(1, 0, 0.6), shot(2, 1_500, 0.6)], found))).toBe(idOf(2));
    expect(searchOf(passageOf([shot(1, 0, 0.6), shot(2, 600, 0.4)], { ...found, ...ended }))).toBe(idOf(2));
  });

  it('is who went ahead of somebody who was accepted', () => {
    const found = { captures: { [idOf(2)]: [1] }, tracks: [track(1, 'accepted')] };
    // The walk is over: nothing better can come, so it does not wait for the end of the passage.
    expect(searchOf(passageOf([shot(1, 0, 0.3), shot(2, 5_000, 0.7)], found))).toBe(idOf(1));
  });
});

const anyShots = fc
  .array(
    fc.record({
      atMs: fc.integer({ min: 0, max: 30_000 }),
      size: fc.double({ min: 0, max: 1, noNaN: true }),
      faces: fc.option(fc.integer({ min: 1, max: 3 })),
    }),
    { maxLength: 12 },
  )
  .map((list) => list.map(({ atMs, size, faces }, i) => shot(i + 1, atMs, size, { faces })));

describe('the plan of a passage that is over', () => {
  it('ends with each capture searched or skipped, the best of each walk searched, at most three of each', () => {
    fc.assert(
      fc.property(anyShots, fc.boolean(), (shots, areAccepted) => {
        const tracks = [track(1, areAccepted ? 'accepted' : null)];
        const done: CaptureId[] = [];
        const searched: CaptureId[] = [];
        for (let round = 0; round < 30; round++) {
          const captures = Object.fromEntries(done.map((id) => [id, [1]]));
          const skippedBefore = done.filter((id) => !searched.includes(id));
          const passage = passageOf(shots, { ...ended, tracks, captures, skipped: skippedBefore });
          const { search, skip } = planSearches(passage, start);
          if (!search && skip.length === 0) break;
          done.push(...skip.map(({ captureId }) => captureId), ...(search ? [search] : []));
          if (search) searched.push(search);
        }
        expect(done.toSorted()).toEqual(shots.map(({ captureId }) => captureId).toSorted());
        for (const walk of walksOf(shots)) {
          const best = Math.max(...walk.map(({ score }) => score));
          const looked = walk.filter(({ captureId }) => searched.includes(captureId));
          expect(looked.some(({ score }) => score === best)).toBe(true);
          expect(looked.length).toBeLessThanOrEqual(3);
        }
      }),
    );
  });
});
