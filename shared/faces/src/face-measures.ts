import type { FaceMeasures } from './face.ts';
import type { Planar } from './planar.ts';

/** FaceMesh points: the corners of the eye at the left of the picture, and of the other. */
const leftEye = [33, 133] as const;
const rightEye = [362, 263] as const;

/** Lumas up to this are black, from that on white: a sensor has nothing more to tell there. */
const blackUpTo = 10;
const whiteFrom = 245;

/** Measures a face by its mesh and its aligned picture. @param scale pixels that were asked for per pixel of the mesh */
export function faceMeasures(points: Float32Array, { data, side }: Planar, scale: number): FaceMeasures {
  const left = middle(points, leftEye);
  const right = middle(points, rightEye);
  const area = side * side;
  let black = 0;
  let white = 0;
  for (let i = 0; i < area; i++) {
    const luma = 0.299 * (data[i] ?? 0) + 0.587 * (data[i + area] ?? 0) + 0.114 * (data[i + area * 2] ?? 0);
    if (luma <= blackUpTo) black++;
    else if (luma >= whiteFrom) white++;
  }
  return {
    eyePixels: Math.hypot(right.x - left.x, right.y - left.y) * scale,
    black: (100 * black) / area,
    white: (100 * white) / area,
  };
}

function middle(points: Float32Array, [a, b]: readonly [number, number]): { x: number; y: number } {
  const mean = (axis: number) => ((points[a * 3 + axis] ?? 0) + (points[b * 3 + axis] ?? 0)) / 2;
  return { x: mean(0), y: mean(1) };
}
