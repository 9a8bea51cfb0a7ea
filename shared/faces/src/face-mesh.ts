import { turnedSquare } from './affine.ts';
import type { Sighted } from './blaze-face.ts';
import { ModelSession } from './models/model-session.ts';
import type { Box } from './picture.ts';
import { normalized } from './planar.ts';
import type { Pyramid } from './pyramid.ts';

/** 468 points of a face as x, y, z: pixels of the picture; z grows away from the camera. */
export interface Mesh {
  readonly points: Float32Array;
  /** 0 to 1: how sure it is that this is a face. */
  readonly presence: number;
}

const inputSide = 192;
const meshPoints = 468;
/** The mesh wants to see a quarter of the box more on each side. */
const enlargement = 1.5;

/** Google's FaceMesh (2019). */
export class FaceMesh {
  readonly #session: ModelSession;

  private constructor(session: ModelSession) {
    this.#session = session;
  }

  static async open(model: Uint8Array): Promise<FaceMesh> {
    return new FaceMesh(await ModelSession.open(model));
  }

  /** Lays the mesh on what was sighted, turned so that the eyes are level. */
  async fit(pyramid: Pyramid, { box, leftEye, rightEye }: Sighted): Promise<Mesh> {
    const angle = Math.atan2(rightEye.y - leftEye.y, rightEye.x - leftEye.x);
    const side = Math.max(box.width, box.height) * enlargement;
    const center = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const { a, b, c, d, e, f } = turnedSquare(center, side, angle, inputSide);
    const input = normalized(pyramid.sample({ a, b, c, d, e, f }, inputSide), [0, 0, 0], 1 / 255);
    const output = await this.#session.run(input, [1, 3, inputSide, inputSide]);
    const raw = output('points');
    const points = new Float32Array(meshPoints * 3);
    for (let i = 0; i < points.length; i += 3) {
      const x = raw[i] ?? 0;
      const y = raw[i + 1] ?? 0;
      points[i] = a * x + b * y + c;
      points[i + 1] = d * x + e * y + f;
      points[i + 2] = ((raw[i + 2] ?? 0) * side) / inputSide;
    }
    return { points, presence: output('presence')[0] ?? 0 };
  }

  async close(): Promise<void> {
    await this.#session.close();
  }
}

/** The upright box around all points of a mesh. */
export function meshBox(points: Float32Array): Box {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i] ?? 0;
    const y = points[i + 1] ?? 0;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
