import type { Quality } from './face.ts';
import type { Planar } from './planar.ts';

/** Pixels averaged by the second blur, as in the paper. */
const blurWidth = 9;

/** What the paper's measure gives for a face in which nothing is left to blur, and for a crisp one. Measured on LFW: docs/recognition.md. */
const blurredAway = 10;
const crisp = 45;

/**
 * Sharpness and brightness of an aligned face, 0 to 100.
 *
 * Sharpness says how much is lost when the picture is blurred once more: a sharp one loses much, a blurred one nothing. Unlike the variance of
 * edges it does not take low light for blur. Scaled so that 0 is blurred beyond recognition and 100 as crisp as a press photo. Source: Crété et al.,
 * "The blur effect", SPIE 2007.
 *
 * Brightness is the mean luma as a percentage of white.
 */
export function faceQuality({ data, side }: Planar): Quality {
  const luma = lumaOf(data, side * side);
  const lost = 100 * Math.min(lostByBlur(luma, side, 1), lostByBlur(luma, side, side));
  let sum = 0;
  for (const value of luma) sum += value;
  return {
    sharpness: Math.max(0, Math.min(100, ((lost - blurredAway) / (crisp - blurredAway)) * 100)),
    brightness: sum / luma.length / 2.55,
  };
}

/** The share of the steps between neighbors along one axis (`step` apart in memory) that a blur along it takes away; 0 to 1. */
function lostByBlur(luma: Float32Array, side: number, step: number): number {
  const half = blurWidth >> 1;
  const reach = half * step;
  let before = 0;
  let lost = 0;
  for (let y = half + 1; y < side - half - 1; y++) {
    for (let x = half + 1, i = y * side + x; x < side - half - 1; x++, i++) {
      const stepBefore = Math.abs(luma[i]! - luma[i - step]!);
      // Neighboring averages of 9 differ by what enters and what leaves.
      const stepAfter = Math.abs(luma[i + reach]! - luma[i - step - reach]!) / blurWidth;
      before += stepBefore;
      lost += Math.max(0, stepBefore - stepAfter);
    }
  }
  return before === 0 ? 0 : lost / before;
}

function lumaOf(data: Float32Array, area: number): Float32Array {
  const luma = new Float32Array(area);
  for (let i = 0; i < area; i++) luma[i] = 0.299 * data[i]! + 0.587 * data[i + area]! + 0.114 * data[i + area * 2]!;
  return luma;
}
