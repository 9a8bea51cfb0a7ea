import { alignFace } from './align-face.ts';
import { type Decoded, decodePicture } from './decode-picture.ts';
import { FaceDescriptor } from './describe-face.ts';
import type { FoundFace } from './face.ts';
import { FaceFinder } from './face-finder.ts';
import { faceMeasures } from './face-measures.ts';
import { meshBox } from './face-mesh.ts';
import { faceQuality } from './face-quality.ts';
import { headPose } from './head-pose.ts';
import { cachedModel } from './models/model-cache.ts';
import { storedBox, uprightBox } from './orientation.ts';
import type { Box } from './picture.ts';
import { Pyramid } from './pyramid.ts';

export interface ReadOptions {
  /** Also make vectors. @default true, unless the reader was opened without the descriptor */
  readonly describe?: boolean;
  /** Also measure what commissioning wants to know. @default false */
  readonly measure?: boolean;
  /** Look here only: in pixels of the picture as it is stored, which may be turned by its EXIF orientation. Faces may reach over its edge. */
  readonly within?: Box;
  /** Look at each face twice, for who must not be wrong about there being one. @default false */
  readonly confirm?: boolean;
  /** Tell of a face that is blurred beyond use where there is no better one. @default unless `confirm` */
  readonly blurred?: boolean;
  /** In what boxes are told. @default upright */
  readonly boxes?: 'upright' | 'stored';
}

export interface OpenOptions {
  /** Where converted models are kept. */
  readonly cacheDir: string;
  /** Without it no vectors can be made, and 22 MB less are loaded. @default true */
  readonly descriptor?: boolean;
}

/** Picture → faces. Holds its models in memory (some 60 MB); one call at a time is fastest, since it keeps one core busy. */
export class FaceReader {
  readonly #finder: FaceFinder;
  readonly #descriptor: FaceDescriptor | undefined;

  private constructor(finder: FaceFinder, descriptor: FaceDescriptor | undefined) {
    this.#finder = finder;
    this.#descriptor = descriptor;
  }

  /** Loads the models; converts them first if `cacheDir` does not have them. */
  static async open({ cacheDir, descriptor = true }: OpenOptions): Promise<FaceReader> {
    const [finder, describes] = await Promise.all([
      FaceFinder.open({ cacheDir }),
      descriptor ? cachedModel('descriptor', cacheDir).then(({ bytes }) => FaceDescriptor.open(bytes)) : undefined,
    ]);
    return new FaceReader(finder, describes);
  }

  /**
   * Every face of a JPEG, PNG or WebP, largest first; boxes in pixels of the picture as it came.
   * @throws InvalidInput `not-an-image`.
   */
  async read(image: Uint8Array, options: ReadOptions = {}): Promise<FoundFace[]> {
    const {
      describe = this.#descriptor !== undefined,
      measure = false,
      within,
      confirm = false,
      blurred = !confirm,
      boxes = 'upright',
    } = options;
    const decoded = await decodePicture(image);
    const { shrunkBy } = decoded;
    const pyramid = new Pyramid(decoded.picture);
    const faces: FoundFace[] = [];
    for (const { points, presence } of await this.#finder.find(pyramid, areaOf(decoded, within), {
      confirm,
      blurred,
    })) {
      const chip = alignFace(pyramid, points);
      const box = scaled(meshBox(points), shrunkBy);
      faces.push({
        box: boxes === 'stored' ? storedBox(box, decoded.orientation, sizeOf(decoded)) : box,
        confidence: presence * 100,
        pose: headPose(points),
        quality: faceQuality(chip),
        ...(describe && this.#descriptor ? { vector: await this.#descriptor.describe(chip) } : {}),
        ...(measure ? { measures: faceMeasures(points, chip, shrunkBy) } : {}),
      });
    }
    return faces.sort((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
  }

  async close(): Promise<void> {
    await Promise.all([this.#finder.close(), this.#descriptor?.close()]);
  }
}

/** Where to look, in pixels of the decoded picture. */
function areaOf(decoded: Decoded, within: Box | undefined): Box {
  const { picture, shrunkBy, orientation } = decoded;
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
  if (!within) return whole;
  const { width, height } = sizeOf(decoded);
  const stored = orientation >= 5 ? { width: height, height: width } : { width, height };
  return scaled(uprightBox(within, orientation, stored), 1 / shrunkBy);
}

/** The upright picture as it came, pixels. */
function sizeOf({ picture, shrunkBy }: Decoded): { width: number; height: number } {
  return { width: picture.width * shrunkBy, height: picture.height * shrunkBy };
}

function scaled({ x, y, width, height }: Box, factor: number): Box {
  return { x: x * factor, y: y * factor, width: width * factor, height: height * factor };
}
