/** From output to picture: x' = a·x + b·y + c, y' = d·x + e·y + f. */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where an output position lies in the picture. */
export function mapped({ a, b, c, d, e, f }: Affine, x: number, y: number): Point {
  return { x: a * x + b * y + c, y: d * x + e * y + f };
}

/** An upright square of the picture onto `pixels` × `pixels`; pixel centers lie at halves. */
export function squareRegion(left: number, top: number, side: number, pixels: number): Affine {
  const step = side / pixels;
  return { a: step, b: 0, c: left + step / 2 - 0.5, d: 0, e: step, f: top + step / 2 - 0.5 };
}

/** A square around `center`, turned by `angle` (radians, clockwise as seen), onto `pixels` × `pixels`. */
export function turnedSquare(center: Point, side: number, angle: number, pixels: number): Affine {
  const cos = (Math.cos(angle) * side) / pixels;
  const sin = (Math.sin(angle) * side) / pixels;
  const middle = (pixels - 1) / 2;
  return {
    a: cos,
    b: -sin,
    c: center.x - (cos - sin) * middle,
    d: sin,
    e: cos,
    f: center.y - (sin + cos) * middle,
  };
}

/**
 * The similarity (turn, scale, shift) that brings the points `from` nearest to the points `to`, by least squares. Source: Umeyama 1991, in
 * two dimensions, where it has this closed form.
 */
export function similarityTransform(from: readonly Point[], to: readonly Point[]): Affine {
  const fromMiddle = middleOf(from);
  const toMiddle = middleOf(to);
  let spread = 0;
  let along = 0;
  let across = 0;
  for (const [i, point] of from.entries()) {
    const target = to[i] ?? point;
    const x = point.x - fromMiddle.x;
    const y = point.y - fromMiddle.y;
    const u = target.x - toMiddle.x;
    const v = target.y - toMiddle.y;
    spread += x * x + y * y;
    along += x * u + y * v;
    across += x * v - y * u;
  }
  const a = along / spread;
  const b = across / spread;
  return {
    a,
    b: -b,
    c: toMiddle.x - a * fromMiddle.x + b * fromMiddle.y,
    d: b,
    e: a,
    f: toMiddle.y - b * fromMiddle.x - a * fromMiddle.y,
  };
}

function middleOf(points: readonly Point[]): Point {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point.x;
    y += point.y;
  }
  return { x: x / points.length, y: y / points.length };
}
