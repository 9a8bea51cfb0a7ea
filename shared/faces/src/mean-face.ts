import type { Point } from './affine.ts';

/**
 * The mean face that dlib's descriptor was trained on, as [x, y, mesh point]: the position in the unit square, and which of FaceMesh's 468
 * points lies there. Brows, lower lip and jaw are left out: they move most with expression and are placed worst by the mesh.
 *
 * Positions: dlib, image_transforms/interpolation.h (`get_face_chip_details`), Copyright (C) Davis E. King, Boost Software License 1.0.
 */
const landmarks: readonly (readonly [x: number, y: number, mesh: number])[] = [
  // Bridge and tip of the nose.
  [0.490127, 0.203352, 168],
  [0.490127, 0.307009, 197],
  [0.490127, 0.409805, 5],
  [0.490127, 0.515625, 4],
  // Under the nose.
  [0.36688, 0.587326, 75],
  [0.426036, 0.609345, 60],
  [0.490127, 0.628106, 2],
  [0.554217, 0.609345, 290],
  [0.613373, 0.587326, 305],
  // The eye at the left of the picture.
  [0.121737, 0.216423, 33],
  [0.187122, 0.178758, 160],
  [0.265825, 0.179852, 158],
  [0.334606, 0.231733, 133],
  [0.260918, 0.245099, 153],
  [0.182743, 0.244077, 144],
  // The other eye.
  [0.645647, 0.231733, 362],
  [0.714428, 0.179852, 385],
  [0.793132, 0.178758, 387],
  [0.858516, 0.216423, 263],
  [0.79751, 0.244077, 373],
  [0.719335, 0.245099, 380],
  // Upper lip, outside.
  [0.254149, 0.780233, 61],
  [0.340985, 0.745405, 39],
  [0.428858, 0.727388, 37],
  [0.490127, 0.742578, 0],
  [0.551395, 0.727388, 267],
  [0.639268, 0.745405, 269],
  [0.726104, 0.780233, 291],
  // Upper lip, inside.
  [0.290379, 0.784792, 78],
  [0.428096, 0.778746, 82],
  [0.490127, 0.785343, 13],
  [0.552157, 0.778746, 312],
  [0.689874, 0.784792, 308],
];

/** Pixels of an aligned face, and its margin as a share of the mean face: what dlib trained with. */
export const chipSide = 150;
const margin = 0.25;

/** Where each point of the mean face lies in an aligned face. */
export const chipPoints: readonly Point[] = landmarks.map(([x, y]) => ({ x: inChip(x), y: inChip(y) }));

/** The mesh point for each of `chipPoints`. */
export const chipMeshIndices: readonly number[] = landmarks.map(([, , mesh]) => mesh);

function inChip(unit: number): number {
  return ((margin + unit) / (2 * margin + 1)) * chipSide;
}
