import { describe, expect, it } from 'vitest';
import { convertModel } from './face-models.ts';
import { ModelSession } from './model-session.ts';

/** Deterministic numbers from −1 to 1 that are no picture. */
function wave(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(i * 0.37) * Math.cos(i * 0.0113));
}

async function outputsOf(name: 'detector' | 'mesh' | 'descriptor', side: number) {
  const session = await ModelSession.open(await convertModel(name));
  return session.run(wave(3 * side * side), [1, 3, side, side]);
}

/** How far the numbers from `from` on are from the expected ones, at most. */
function farthest(actual: Float32Array, from: number, expected: number[]): number {
  return Math.max(...expected.map((value, i) => Math.abs((actual[from + i] ?? Number.NaN) - value)));
}

// The expected numbers are from an independent conversion, whose outputs were compared with TensorFlow.js (within 6e-4).
describe('the converted models', () => {
  it('detect as the original does', async () => {
    const output = await outputsOf('detector', 256);
    expect(farthest(output('fineScores'), 100, [-9.93539, -6.71506, -58.05475])).toBeLessThan(1e-3);
    expect(farthest(output('coarseScores'), 100, [-13.70696, -16.98522, -4.21962])).toBeLessThan(1e-3);
    expect(farthest(output('fineBoxes'), 100, [-2.15923, -12.39652, 3.61058])).toBeLessThan(1e-3);
    expect(farthest(output('coarseBoxes'), 100, [5.33937, -16.13987, 34.92617])).toBeLessThan(1e-3);
  });

  it('lay a mesh as the original does', async () => {
    const output = await outputsOf('mesh', 192);
    expect(farthest(output('presence'), 0, [0.00039646])).toBeLessThan(1e-5);
    expect(farthest(output('points'), 30, [100.13262, 37.30241, -5.16007, 109.85194])).toBeLessThan(1e-2);
  });

  it('describe as the original does', async () => {
    const output = await outputsOf('descriptor', 150);
    expect(
      farthest(output('vectors'), 0, [-0.0977254, 0.10001, 0.0554697, 0.012587, -0.1189469, -0.0713286]),
    ).toBeLessThan(1e-5);
  });
});
