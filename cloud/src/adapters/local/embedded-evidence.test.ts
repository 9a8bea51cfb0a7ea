import { unitVector, vectorLength } from '@rollcall/faces/describe-face';
import { describe, expect, it } from 'vitest';
import { evidenceOf, parseEvidence } from './embedded-evidence.ts';

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
