import { turnedSquare } from './affine.ts';
import { alignFace } from './align-face.ts';
import { BlazeFace, type Region, type Sighted } from './blaze-face.ts';
import { decodePicture } from './decode-picture.ts';
import { FaceDescriptor } from './describe-face.ts';
import type { FoundFace } from './face.ts';
import { FaceMesh, type Mesh, meshBox } from './face-mesh.ts';
import { faceQuality } from './face-quality.ts';
import { headPose } from './head-pose.ts';
import { distinct, mergeSighted } from './merge-sighted.ts';
import { chipSide } from './mean-face.ts';
import { cachedModel } from './models/model-cache.ts';
import type { Box } from './picture.ts';
import type { Planar } from './planar.ts';
import { Pyramid } from './pyramid.ts';
import { tiledRegions, wholeRegion } from './search-regions.ts';

export interface ReadOptions {
  /** Also make vectors. @default true */
  readonly describe?: boolean;
}

/** The least that the detector and the mesh must be sure, and the most that a head may lean: false boxes fail one of them. */
const minScore = 0.5;
const minPresence = 0.5;
const maxRoll = 60;

/** Narrower faces say nothing of who it is, and are mostly none. */
const minPixels = 16;

/**
 * What is blurred away confuses detector and mesh, and "no face" would be the wrong thing to tell somebody. So where there is nothing better,
 * a weak sighting counts if it is large and less sharp than this. In 500 frames of clips without near faces no box was.
 */
const minBlurredScore = 0.3;
const maxBlurredSharpness = 15;
const minBlurredPixels = 48;

/** Pictures with a longer side than this are also looked at in tiles. */
const tileOver = 800;

/** Side of the tiles of a second look. */
const smallTile = 640;

/** More faces than this in one picture are not looked at: it bounds the time that one picture may take. */
const maxFaces = 24;

/** Picture → faces. Holds its models in memory (some 60 MB); one call at a time is fastest, since it keeps one core busy. */
export class FaceReader {
  readonly #detector: BlazeFace;
  readonly #mesh: FaceMesh;
  readonly #descriptor: FaceDescriptor;

  private constructor(detector: BlazeFace, mesh: FaceMesh, descriptor: FaceDescriptor) {
    this.#detector = detector;
    this.#mesh = mesh;
    this.#descriptor = descriptor;
  }

  /** Loads the models; converts them first if `cacheDir` does not have them. */
  static async open({ cacheDir }: { readonly cacheDir: string }): Promise<FaceReader> {
    const [detector, mesh, descriptor] = await Promise.all([
      cachedModel('detector', cacheDir).then(({ bytes }) => BlazeFace.open(bytes)),
      cachedModel('mesh', cacheDir).then(({ bytes }) => FaceMesh.open(bytes)),
      cachedModel('descriptor', cacheDir).then(({ bytes }) => FaceDescriptor.open(bytes)),
    ]);
    return new FaceReader(detector, mesh, descriptor);
  }

  /**
   * Every face of a JPEG, PNG or WebP, largest first; boxes in pixels of the upright picture as it came.
   * @throws InvalidInput `not-an-image`.
   */
  async read(image: Uint8Array, { describe = true }: ReadOptions = {}): Promise<FoundFace[]> {
    const { picture, shrunkBy } = await decodePicture(image);
    const pyramid = new Pyramid(picture);
    const faces: FoundFace[] = [];
    for (const { points, presence } of await this.#meshes(pyramid)) {
      const chip = alignFace(pyramid, points);
      faces.push({
        box: scaled(meshBox(points), shrunkBy),
        confidence: presence * 100,
        pose: headPose(points),
        quality: faceQuality(chip),
        ...(describe ? { vector: await this.#descriptor.describe(chip) } : {}),
      });
    }
    return faces.sort((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
  }

  async close(): Promise<void> {
    await Promise.all([this.#detector.close(), this.#mesh.close(), this.#descriptor.close()]);
  }

  /** The whole picture and its two halves or so; if there is nobody and the picture is large, again in small tiles: 30 pixels are enough. */
  async #meshes(pyramid: Pyramid): Promise<readonly Mesh[]> {
    const { width, height } = pyramid;
    const short = Math.min(width, height);
    const tiles = Math.max(width, height) > tileOver ? tiledRegions(width, height, short) : [];
    const sighted = await this.#sighted(pyramid, [wholeRegion(width, height), ...tiles]);
    const meshes = await this.#fitted(pyramid, sighted);
    if (meshes.length > 0) return meshes;
    if (short > tileOver) {
      const closer = await this.#fitted(pyramid, await this.#sighted(pyramid, tiledRegions(width, height, smallTile)));
      if (closer.length > 0) return closer;
    }
    return this.#blurred(pyramid, sighted);
  }

  /** Best first, weak ones included. */
  async #sighted(pyramid: Pyramid, regions: readonly Region[]): Promise<Sighted[]> {
    const sighted: Sighted[] = [];
    for (const region of regions)
      sighted.push(...mergeSighted(await this.#detector.find(pyramid, region, minBlurredScore)));
    return distinct(sighted.sort((a, b) => b.score - a.score)).slice(0, maxFaces);
  }

  async #fitted(pyramid: Pyramid, sighted: readonly Sighted[]): Promise<Mesh[]> {
    const fitted: (Mesh & { readonly box: Box })[] = [];
    for (const one of sighted) {
      if (one.score < minScore) continue;
      const mesh = await this.#mesh.fit(pyramid, one);
      const box = meshBox(mesh.points);
      if (mesh.presence < minPresence || box.width < minPixels || Math.abs(headPose(mesh.points).roll) > maxRoll)
        continue;
      fitted.push({ ...mesh, box });
    }
    return distinct(fitted.sort((a, b) => b.presence - a.presence));
  }

  async #blurred(pyramid: Pyramid, [best]: readonly Sighted[]): Promise<Mesh[]> {
    if (!best || best.box.width < minBlurredPixels) return [];
    if (faceQuality(upright(pyramid, best)).sharpness >= maxBlurredSharpness) return [];
    const mesh = await this.#mesh.fit(pyramid, best);
    return mesh.presence < minPresence ? [mesh] : [];
  }
}

/** What was sighted, eyes level, as large as an aligned face. */
function upright(pyramid: Pyramid, { box, leftEye, rightEye }: Sighted): Planar {
  const center = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const angle = Math.atan2(rightEye.y - leftEye.y, rightEye.x - leftEye.x);
  return pyramid.sample(turnedSquare(center, Math.max(box.width, box.height) * 1.1, angle, chipSide), chipSide);
}

function scaled({ x, y, width, height }: Box, factor: number): Box {
  return { x: x * factor, y: y * factor, width: width * factor, height: height * factor };
}
