import type { Quality } from './face.ts';
import type { Planar } from './planar.ts';

/** Sharpness and brightness of an aligned face. */
export function faceQuality({ data, side }: Planar): Quality {
  const luma = lumaOf(data, side * side);
  let sum = 0;
  for (const value of luma) sum += value;
  return { sharpness: sharpnessOf(luma, side), brightness: sum / luma.length / 2.55 };
}

function sharpnessOf(luma: Float32Array, side: number): number {
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1, i = y * side + 1; x < side - 1; x++, i++) {
      const edge = 4 * luma[i]! - luma[i - 1]! - luma[i + 1]! - luma[i - side]! - luma[i + side]!;
      sum += edge;
      squares += edge * edge;
    }
  }
  const count = (side - 2) ** 2;
  return squares / count - (sum / count) ** 2;
}

function lumaOf(data: Float32Array, area: number): Float32Array {
  const luma = new Float32Array(area);
  for (let i = 0; i < area; i++) luma[i] = 0.299 * data[i]! + 0.587 * data[i + area]! + 0.114 * data[i + area * 2]!;
  return luma;
}
