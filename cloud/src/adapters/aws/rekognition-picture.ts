import type { BoundingBox } from '@aws-sdk/client-rekognition';
import { turnedSquare } from '@rollcall/faces/affine';
import { decodePicture } from '@rollcall/faces/decode-picture';
import type { Quality } from '@rollcall/faces/face';
import { faceQuality } from '@rollcall/faces/face-quality';
import { chipSide } from '@rollcall/faces/mean-face';
import { type Box, overlap, type Picture } from '@rollcall/faces/picture';
import { Pyramid } from '@rollcall/faces/pyramid';
import sharp from 'sharp';

/** Bytes of a picture that may go along with a request; larger ones must lie in S3. Source: "Guidelines and quotas", Rekognition. */
const maxBytes = 5 * 1024 * 1024;
/** Sides under 80 pixels are refused. Source: the same. */
const minSide = 80;
/** Of the face's size, on each side of a crop. */
const cropMargin = 0.4;
/**
 * What of a face's surroundings is measured, in its longer side, and how far below the box's middle: so the numbers are nearest to those of
 * the embedded engine, which sees the face aligned (4 points apart on 72 samples; AWS does not say where exactly its boxes end).
 */
const measuredSide = 1.1;
const measuredBelow = 0.05;
/** What covers other faces in a crop. */
const gray = 128;

/** What is sent, and the part of the upright picture that it shows, in pixels of it. */
export interface SentPicture {
  readonly bytes: Uint8Array;
  readonly frame: Box;
}

/** A picture on its way to Rekognition, decoded once: to be sure that it can be, to measure faces, and to cut them out. */
export class RekognitionPicture {
  readonly whole: SentPicture;
  readonly #picture: Picture;
  readonly #pyramid: Pyramid;
  readonly #shrunkBy: number;

  private constructor(whole: SentPicture, picture: Picture, shrunkBy: number) {
    this.whole = whole;
    this.#picture = picture;
    this.#pyramid = new Pyramid(picture);
    this.#shrunkBy = shrunkBy;
  }

  /**
   * JPEGs of a usual size go as they are; Rekognition turns them by their EXIF orientation as we do. Everything else becomes a JPEG of at most
   * 1920 pixels a side: it takes no WebP, ignores the orientation of a PNG, and sees faces by their part of the picture anyway.
   * @throws InvalidInput `not-an-image`.
   */
  static async read(image: Uint8Array): Promise<RekognitionPicture> {
    const { picture, shrunkBy } = await decodePicture(image);
    const { width, height } = picture;
    const fits =
      image[0] === 0xff && image.byteLength <= maxBytes && shrunkBy === 1 && Math.min(width, height) >= minSide;
    const frame = { x: 0, y: 0, width, height };
    const whole = fits ? { bytes: image, frame } : await encode(picture, frame, shrunkBy);
    return new RekognitionPicture(whole, picture, shrunkBy);
  }

  /**
   * Sharpness and brightness of the face at `box`, by the same measure as the embedded engine's: Rekognition's own numbers have another scale,
   * and an answer of SearchUsersByImage has none.
   * @param roll degrees.
   */
  qualityAt(box: Box, roll = 0): Quality {
    const { x, y, width, height } = scaled(box, 1 / this.#shrunkBy);
    const center = { x: x + width / 2, y: y + height * (0.5 + measuredBelow) };
    const side = Math.max(width, height) * measuredSide;
    const square = turnedSquare(center, side, (roll * Math.PI) / 180, chipSide);
    return faceQuality(this.#pyramid.sample(square, chipSide));
  }

  /** The face at `box` with a little around it. Other faces are covered, so that it is the largest; but for those that it overlaps. */
  async crop(box: Box, others: readonly Box[]): Promise<SentPicture> {
    const inner = scaled(box, 1 / this.#shrunkBy);
    const frame = roundedInside(grown(inner, cropMargin), this.#picture);
    const part = copied(this.#picture, frame);
    for (const other of others) {
      const covered = scaled(other, 1 / this.#shrunkBy);
      if (overlap(covered, inner) === 0) cover(part, { ...covered, x: covered.x - frame.x, y: covered.y - frame.y });
    }
    return encode(part, frame, this.#shrunkBy);
  }
}

/** Where a face is in the upright picture, in pixels of it. */
export function boxIn({ frame }: SentPicture, { Left = 0, Top = 0, Width = 0, Height = 0 }: BoundingBox): Box {
  return {
    x: frame.x + Left * frame.width,
    y: frame.y + Top * frame.height,
    width: Width * frame.width,
    height: Height * frame.height,
  };
}

/** @param frame what `picture` shows, before it is scaled back. */
async function encode(picture: Picture, frame: Box, shrunkBy: number): Promise<SentPicture> {
  const { width, height } = picture;
  const right = Math.max(0, minSide - width);
  const bottom = Math.max(0, minSide - height);
  const bytes = await sharp(picture.data, { raw: { width, height, channels: 3 } })
    .extend({ right, bottom, background: { r: gray, g: gray, b: gray } })
    .jpeg({ quality: 92 })
    .toBuffer();
  return { bytes, frame: scaled({ ...frame, width: width + right, height: height + bottom }, shrunkBy) };
}

function scaled({ x, y, width, height }: Box, factor: number): Box {
  return { x: x * factor, y: y * factor, width: width * factor, height: height * factor };
}

function grown({ x, y, width, height }: Box, margin: number): Box {
  const by = Math.max(width, height) * margin;
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

/** Whole pixels, at least one, of what lies inside the picture. */
function roundedInside(box: Box, picture: Picture): Box {
  const x = Math.min(picture.width - 1, Math.max(0, Math.floor(box.x)));
  const y = Math.min(picture.height - 1, Math.max(0, Math.floor(box.y)));
  const right = Math.min(picture.width, Math.max(x + 1, Math.ceil(box.x + box.width)));
  const bottom = Math.min(picture.height, Math.max(y + 1, Math.ceil(box.y + box.height)));
  return { x, y, width: right - x, height: bottom - y };
}

function copied(picture: Picture, { x, y, width, height }: Box): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * picture.width + x) * 3;
    data.set(picture.data.subarray(from, from + width * 3), row * width * 3);
  }
  return { data, width, height };
}

function cover({ data, width, height }: Picture, box: Box): void {
  const left = Math.max(0, Math.floor(box.x));
  const right = Math.min(width, Math.ceil(box.x + box.width));
  for (let row = Math.max(0, Math.floor(box.y)); row < Math.min(height, Math.ceil(box.y + box.height)); row++) {
    if (right > left) data.fill(gray, (row * width + left) * 3, (row * width + right) * 3);
  }
}
