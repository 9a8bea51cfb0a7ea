import { PersonId } from '@rollcall/contract/ids';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidenceOf, isSamePerson, parseEvidence, type RekognitionEvidence } from './rekognition-evidence.ts';

const anna = PersonId.parse('01ARZ3NDEKTSV4RRFFQ69G5FAA');
const ben = PersonId.parse('01ARZ3NDEKTSV4RRFFQ69G5FAB');
const carl = PersonId.parse('01ARZ3NDEKTSV4RRFFQ69G5FAC');
const people = [anna, ben, carl];

/** An answer that named these, best first. */
function named(...candidates: readonly (readonly [PersonId, number])[]): RekognitionEvidence {
  return {
    stamp: { engine: 'rekognition', version: '7.0' },
    weight: 1,
    candidates: candidates.map(([personId, similarity]) => ({ personId, similarity })),
  };
}

const hundredths = fc.integer({ min: 0, max: 10_000 }).map((n) => n / 100);
const anyEvidence = fc
  .record({
    weight: fc.integer({ min: 5, max: 100 }).map((n) => n / 100),
    similarities: fc.array(hundredths, { maxLength: people.length }),
    order: fc.shuffledSubarray(people, { minLength: people.length }),
  })
  .map(({ weight, similarities, order }): RekognitionEvidence => {
    const sorted = [...similarities].sort((a, b) => b - a);
    return Object.assign(named(...sorted.map((similarity, i) => [order[i] ?? anna, similarity] as const)), { weight });
  });

describe('evidence of Rekognition', () => {
  it('is small and printable, and the same when read again', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const text = evidenceOf(evidence);
        expect(text).toMatch(/^[\x20-\x7e]+$/);
        expect(text.length).toBeLessThan(400);
        expect(parseEvidence(text)).toEqual(evidence);
      }),
    );
  });

  it('is nothing when another engine made it', () => {
    expect(parseEvidence('embedded/1 0.85 AAAA')).toBeUndefined();
    expect(parseEvidence('')).toBeUndefined();
  });
});

describe('isSamePerson', () => {
  it.each([
    ['both certain of one person', named([anna, 99]), named([anna, 96], [ben, 60]), true],
    [
      'certain of two people, even if each is likely in the other',
      named([anna, 99], [ben, 97]),
      named([ben, 99], [anna, 97]),
      false,
    ],
    ['named in one, likely in the other', named([anna, 99]), named([ben, 70], [anna, 55]), true],
    ['named in one, hardly like that in the other', named([anna, 99]), named([anna, 40]), false],
    ['named in one, nobody in the other', named([anna, 85]), named(), false],
    ['two doubtful names, each likely in the other', named([anna, 85], [ben, 75]), named([ben, 84], [anna, 80]), true],
    [
      'two doubtful names, one unlikely in the other',
      named([anna, 85], [ben, 75]),
      named([ben, 84], [anna, 20]),
      false,
    ],
    ['nobody in either', named([anna, 30]), named([carl, 12]), true],
  ])('%s', (_, a, b, same) => {
    expect(isSamePerson(a, b)).toBe(same);
  });

  it('does not depend on the order, and everybody is the same as themselves', () => {
    fc.assert(
      fc.property(anyEvidence, anyEvidence, (a, b) => {
        expect(isSamePerson(a, b)).toBe(isSamePerson(b, a));
        expect(isSamePerson(a, a)).toBe(true);
      }),
    );
  });

  it('says no to what two versions of the model saw', () => {
    const older = { ...named([anna, 99]), stamp: { engine: 'rekognition', version: '6.0' } };
    expect(isSamePerson(older, named([anna, 99]))).toBe(false);
  });
});
