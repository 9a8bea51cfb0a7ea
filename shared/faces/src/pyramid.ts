import { type Affine } from './affine.ts';
import type { Picture } from './picture.ts';
import type { Planar } from './planar.ts';

/**
 * A picture with its halves, quarters and so on, made when first needed: a small output of a large region is then read from a level of about
 * its own scale, without aliasing and without touching every pixel again for each face.
 */
export class Pyramid {
  readonly #levels: Picture[];

  constructor(picture: Picture) {
    this.#levels = [picture];
  }

  get width(): number {
    return this.#level(0).width;
  }

  get height(): number {
    return this.#level(0).height;
  }

  /** The region that `affine` names, as `side` × `side` pixels, 0 to 255; black outside the picture. */
  sample(affine: Affine, side: number): Planar {
    const step = Math.hypot(affine.a, affine.d);
    const depth = Math.max(0, Math.floor(Math.log2(step) + levelSlack));
    const scale = 2 ** depth;
    // Pixel centers: full = level · scale + (scale − 1) / 2.
    const shift = (scale - 1) / 2;
    const { a, b, c, d, e, f } = affine;
    const onLevel = {
      a: a / scale,
      b: b / scale,
      c: (c - shift) / scale,
      d: d / scale,
      e: e / scale,
      f: (f - shift) / scale,
    };
    // A step well over one pixel of the level would skip pixels: read four per output pixel instead.
    return step / scale > 1.25
      ? sampleFour(this.#level(depth), onLevel, side)
      : sampleOne(this.#level(depth), onLevel, side);
  }

  #level(depth: number): Picture {
    const known = this.#levels[depth];
    if (known) return known;
    const made = halved(this.#level(depth - 1));
    this.#levels[depth] = made;
    return made;
  }
}

/** A tenth of a level is not worth reading four times the pixels: 1080p is looked at whole from its eighth. */
const levelSlack = 0.1;

/** Bilinear. */
function sampleOne(picture: Picture, { a, b, c, d, e, f }: Affine, side: number): Planar {
  const { data, width, height } = picture;
  const area = side * side;
  const out = new Float32Array(area * 3);
  for (let y = 0, o = 0; y < side; y++) {
    let sx = b * y + c;
    let sy = e * y + f;
    for (let x = 0; x < side; x++, o++, sx += a, sy += d) {
      if (sx <= -1 || sy <= -1 || sx >= width || sy >= height) continue;
      const px = sx < 0 ? 0 : sx > width - 1 ? width - 1 : sx;
      const py = sy < 0 ? 0 : sy > height - 1 ? height - 1 : sy;
      const x0 = px | 0;
      const y0 = py | 0;
      const right = x0 + 1 < width ? 3 : 0;
      const below = y0 + 1 < height ? width * 3 : 0;
      const fx = px - x0;
      const fy = py - y0;
      const i = (y0 * width + x0) * 3;
      for (let channel = 0, at = i, to = o; channel < 3; channel++, at++, to += area) {
        const top = data[at]! + (data[at + right]! - data[at]!) * fx;
        const bottom = data[at + below]! + (data[at + below + right]! - data[at + below]!) * fx;
        out[to] = top + (bottom - top) * fy;
      }
    }
  }
  return { data: out, side };
}

/** The mean of 2 × 2 bilinear readings per output pixel. */
function sampleFour(picture: Picture, { a, b, c, d, e, f }: Affine, side: number): Planar {
  const finer = { a: a / 2, b: b / 2, c: c - (a + b) / 4, d: d / 2, e: e / 2, f: f - (d + e) / 4 };
  const { data } = sampleOne(picture, finer, side * 2);
  const area = side * side;
  const row = side * 2;
  const out = new Float32Array(area * 3);
  for (let o = 0, i = 0; o < out.length; i += row) {
    for (let x = 0; x < side; x++, o++, i += 2) {
      out[o] = (data[i]! + data[i + 1]! + data[i + row]! + data[i + row + 1]!) / 4;
    }
  }
  return { data: out, side };
}

function halved({ data, width, height }: Picture): Picture {
  const halfWidth = Math.max(1, width >> 1);
  const halfHeight = Math.max(1, height >> 1);
  const right = width > 1 ? 3 : 0;
  const below = height > 1 ? width * 3 : 0;
  const out = new Uint8Array(halfWidth * halfHeight * 3);
  for (let y = 0, o = 0; y < halfHeight; y++) {
    for (let x = 0, i = y * 2 * width * 3; x < halfWidth; x++, i += 6, o += 3) {
      const j = i + below;
      out[o] = (data[i]! + data[i + right]! + data[j]! + data[j + right]! + 2) >> 2;
      out[o + 1] = (data[i + 1]! + data[i + 1 + right]! + data[j + 1]! + data[j + 1 + right]! + 2) >> 2;
      out[o + 2] = (data[i + 2]! + data[i + 2 + right]! + data[j + 2]! + data[j + 2 + right]! + 2) >> 2;
    }
  }
  return { data: out, width: halfWidth, height: halfHeight };
}
