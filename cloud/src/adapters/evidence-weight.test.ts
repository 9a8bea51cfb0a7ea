import { describe, expect, it } from 'vitest';
import { evidenceWeight } from './evidence-weight.ts';

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

  it('does not take a face for one that looks into the camera when nobody said how it is turned', () => {
    const unknown = evidenceWeight({ ...good, pose: null });
    expect(unknown).toBeLessThan(evidenceWeight({ ...good, pose: { ...good.pose, yaw: 30 } }));
    expect(unknown).toBeGreaterThan(evidenceWeight({ ...good, pose: { ...good.pose, yaw: 60 } }));
  });
});
