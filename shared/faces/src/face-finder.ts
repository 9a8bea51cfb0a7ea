import { turnedSquare } from './affine.ts';
import { BlazeFace, type Region, type Sighted } from './blaze-face.ts';
import { FaceMesh, type Mesh, meshBox } from './face-mesh.ts';
import { faceQuality } from './face-quality.ts';
import { headPose } from './head-pose.ts';
import { chipSide } from './mean-face.ts';
import { distinct, mergeSighted } from './merge-sighted.ts';
import { cachedModel } from './models/model-cache.ts';
import { type Box, overlap } from './picture.ts';
import type { Planar } from './planar.ts';
import type { Pyramid } from './pyramid.ts';
import { tiledRegions, wholeRegion } from './search-regions.ts';

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

/** Areas with a longer side than this are also looked at in tiles. */
const tileOver = 800;

/** Side of the tiles of a second look. */
const smallTile = 640;

/** More faces than this in one picture are not looked at: it bounds the time that one picture may take. */
const maxFaces = 24;

/**
 * A second look, at so many times the face's own size: heads from behind and profiles are taken for faces in one look and not in another. And a mesh
 * that does not find itself on the box as it was sighted may on a larger one, when the face is tiny. Measured on the clips of the fixtures, frame by
 * frame: of backs and profiles none was left, of two faces of 15 to 24 pixels most.
 */
const closerLook = 4;
const largerBox = 1.25;

export interface FindOptions {
  /** Every face is looked at twice, so that what is none costs nothing later. @default false */
  readonly confirm?: boolean;
  /** Where there is no better one, tell of a face that is blurred beyond use. @default unless `confirm` */
  readonly blurred?: boolean;
}

/** The detector and the mesh: finds faces, and cannot tell whose they are. */
export class FaceFinder {
  readonly #detector: BlazeFace;
  readonly #mesh: FaceMesh;

  private constructor(detector: BlazeFace, mesh: FaceMesh) {
    this.#detector = detector;
    this.#mesh = mesh;
  }

  /** Loads the models; converts them first if `cacheDir` does not have them. */
  static async open({ cacheDir }: { readonly cacheDir: string }): Promise<FaceFinder> {
    const [detector, mesh] = await Promise.all([
      cachedModel('detector', cacheDir).then(({ bytes }) => BlazeFace.open(bytes)),
      cachedModel('mesh', cacheDir).then(({ bytes }) => FaceMesh.open(bytes)),
    ]);
    return new FaceFinder(detector, mesh);
  }

  /**
   * A mesh on each face in `area`: the whole of it and its two halves or so; if there is nobody and the area is large, again in small tiles: 30
   * pixels are enough.
   */
  async find(
    pyramid: Pyramid,
    area: Box,
    { confirm = false, blurred = !confirm }: FindOptions = {},
  ): Promise<readonly Mesh[]> {
    const short = Math.min(area.width, area.height);
    const tiles = Math.max(area.width, area.height) > tileOver ? tiledRegions(area, short) : [];
    const sighted = await this.#sighted(pyramid, [wholeRegion(area), ...tiles]);
    const meshes = await this.#fitted(pyramid, sighted, confirm);
    if (meshes.length > 0) return meshes;
    if (short > tileOver) {
      const tiled = await this.#sighted(pyramid, tiledRegions(area, smallTile));
      const closer = await this.#fitted(pyramid, tiled, confirm);
      if (closer.length > 0) return closer;
    }
    return blurred ? this.#blurred(pyramid, sighted) : [];
  }

  async close(): Promise<void> {
    await Promise.all([this.#detector.close(), this.#mesh.close()]);
  }

  /** Best first, weak ones included. */
  async #sighted(pyramid: Pyramid, regions: readonly Region[]): Promise<Sighted[]> {
    const sighted: Sighted[] = [];
    for (const region of regions)
      sighted.push(...mergeSighted(await this.#detector.find(pyramid, region, minBlurredScore)));
    return distinct(sighted.sort((a, b) => b.score - a.score)).slice(0, maxFaces);
  }

  async #fitted(pyramid: Pyramid, sighted: readonly Sighted[], confirm: boolean): Promise<Mesh[]> {
    const fitted: (Mesh & { readonly box: Box })[] = [];
    for (const one of sighted) {
      if (one.score < minScore || (confirm && !(await this.#isConfirmed(pyramid, one)))) continue;
      const mesh = confirm ? await this.#bestFit(pyramid, one) : await this.#mesh.fit(pyramid, one);
      const box = meshBox(mesh.points);
      if (mesh.presence < minPresence || box.width < minPixels || Math.abs(headPose(mesh.points).roll) > maxRoll)
        continue;
      fitted.push({ ...mesh, box });
    }
    return distinct(fitted.sort((a, b) => b.presence - a.presence));
  }

  async #isConfirmed(pyramid: Pyramid, { box }: Sighted): Promise<boolean> {
    const side = closerLook * Math.max(box.width, box.height);
    const region = { left: box.x + (box.width - side) / 2, top: box.y + (box.height - side) / 2, side };
    const again = await this.#detector.find(pyramid, region, minScore);
    return mergeSighted(again).some((other) => overlap(box, other.box) > 0.3);
  }

  async #bestFit(pyramid: Pyramid, one: Sighted): Promise<Mesh> {
    const mesh = await this.#mesh.fit(pyramid, one);
    if (mesh.presence >= minPresence) return mesh;
    const { x, y, width, height } = one.box;
    const more = (largerBox - 1) / 2;
    const box = {
      x: x - width * more,
      y: y - height * more,
      width: width * largerBox,
      height: height * largerBox,
    };
    return this.#mesh.fit(pyramid, { ...one, box });
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
