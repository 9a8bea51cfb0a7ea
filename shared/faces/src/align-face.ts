import { similarityTransform } from './affine.ts';
import { chipMeshIndices, chipPoints, chipSide } from './mean-face.ts';
import type { Planar } from './planar.ts';
import type { Pyramid } from './pyramid.ts';

/** The face under a mesh, turned, scaled and shifted onto the mean face that the descriptor knows: 150 × 150. */
export function alignFace(pyramid: Pyramid, meshPoints: Float32Array): Planar {
  const onPicture = chipMeshIndices.map((index) => ({
    x: meshPoints[index * 3] ?? 0,
    y: meshPoints[index * 3 + 1] ?? 0,
  }));
  return pyramid.sample(similarityTransform(chipPoints, onPicture), chipSide);
}
