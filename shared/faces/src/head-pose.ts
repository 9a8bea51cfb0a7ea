import type { Pose } from './face.ts';

type Vector = readonly [x: number, y: number, z: number];

/** FaceMesh points: the cheeks at the left and right of the picture, forehead and chin. */
const leftCheek = 234;
const rightCheek = 454;
const forehead = 10;
const chin = 152;

const degrees = 180 / Math.PI;

/** Where a head looks, in degrees, from its mesh: the line between the cheeks is its x axis, forehead to chin about its y axis. */
export function headPose(points: Float32Array): Pose {
  const x = unit(between(points, leftCheek, rightCheek));
  const z = unit(cross(x, unit(between(points, forehead, chin))));
  const y = cross(z, x);
  return {
    yaw: Math.asin(Math.max(-1, Math.min(1, x[2]))) * degrees,
    pitch: Math.atan2(-y[2], z[2]) * degrees,
    roll: Math.atan2(x[1], x[0]) * degrees,
  };
}

function between(points: Float32Array, from: number, to: number): Vector {
  const difference = (axis: number) => (points[to * 3 + axis] ?? 0) - (points[from * 3 + axis] ?? 0);
  return [difference(0), difference(1), difference(2)];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function unit(v: Vector): Vector {
  const length = Math.hypot(...v) || 1;
  return [v[0] / length, v[1] / length, v[2] / length];
}
