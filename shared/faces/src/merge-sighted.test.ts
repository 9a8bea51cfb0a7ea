import { describe, expect, it } from 'vitest';
import type { Sighted } from './blaze-face.ts';
import { distinct, mergeSighted } from './merge-sighted.ts';

function sighted(x: number, score: number, side = 100): Sighted {
  return { box: { x, y: 0, width: side, height: side }, leftEye: { x, y: 40 }, rightEye: { x: x + 60, y: 40 }, score };
}

describe('mergeSighted', () => {
  it('averages what lies on the best by score, eyes too, and keeps others apart', () => {
    const merged = mergeSighted([sighted(8, 0.3), sighted(500, 0.7), sighted(0, 0.9)]);
    expect(merged).toHaveLength(2);
    expect(merged[0]?.box.x).toBeCloseTo((8 * 0.3) / 1.2, 9);
    expect(merged[0]?.rightEye.x).toBeCloseTo(60 + (8 * 0.3) / 1.2, 9);
    expect(merged[0]?.score).toBe(0.9);
    expect(merged[1]?.box.x).toBeCloseTo(500, 9);
  });

  it('does not change what it was given', () => {
    const given = [sighted(8, 0.3), sighted(0, 0.9)];
    const before = structuredClone(given);
    mergeSighted(given);
    expect(given).toEqual(before);
  });
});

describe('distinct', () => {
  it('drops a face that a better one covers: the same from another pass, or a part of it cut by a tile', () => {
    const whole = sighted(0, 0.9);
    expect(distinct([whole, sighted(10, 0.8), sighted(40, 0.7, 40)])).toEqual([whole]);
  });

  it('keeps neighbors that touch', () => {
    expect(distinct([sighted(0, 0.9), sighted(90, 0.8)])).toHaveLength(2);
  });
});
