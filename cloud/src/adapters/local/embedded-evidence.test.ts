import { unitVector, vectorLength } from '@rollcall/faces/describe-face';
import { describe, expect, it } from 'vitest';
import { evidenceOf, evidenceWeight, parseEvidence } from './embedded-evidence.ts';

const stamp = { engine: 'embedded', version: '1' };
const vector = unitVector(new Float32Array(vectorLength).map((_, i) => Math.sin(i)));

describe('evidence of a face', () => {
  it('is printable, under 2 KB, and the same when read again', () => {
    const evidence = evidenceOf(stamp, vector, 0.85);
    expect(evidence).toMatch(/^[\x20-\x7e]+$/);
    expect(evidence.length).toBeLessThan(2048);
    expect(parseEvidence(evidence, stamp)).toEqual({ vector, weight: 0.85 });
  });

  it('is nothing to another engine or version', () => {
    const evidence = evidenceOf(stamp, vector, 1);
    expect(parseEvidence(evidence, { ...stamp, version: '2' })).toBeUndefined();
    expect(parseEvidence(evidence, { ...stamp, engine: 'rekognition' })).toBeUndefined();
  });
});

describe('evidenceWeight', () => {
  const good = {
    box: { x: 0, y: 0, width: 100, height: 120 },
    quality: { sharpness: 80, brightness: 50 },
    pose: { yaw: 0, pitch: 0, roll: 0 },
  };

  it('is 1 for a large, sharp face, less for a worse one, and never 0', () => {
    expect(evidenceWeight(good)).toBe(1);
    expect(evidenceWeight({ ...good, box: { ...good.box, width: 32 } })).toBeCloseTo(0.5);
    expect(evidenceWeight({ ...good, quality: { ...good.quality, sharpness: 10 } })).toBeCloseTo(0.25);
    expect(evidenceWeight({ ...good, pose: { ...good.pose, yaw: -60 } })).toBeCloseTo(0.5);
    expect(evidenceWeight({ ...good, quality: { ...good.quality, sharpness: 0 } })).toBeGreaterThan(0);
  });
});
