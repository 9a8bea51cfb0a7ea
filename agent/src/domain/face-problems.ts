import type { FaceLimits } from '@rollcall/contract/check-report';
import type { FaceProblem } from '@rollcall/contract/commissioning';
import type { FoundFace } from '@rollcall/faces/face';
import { photoLimits } from '@rollcall/faces/photo-limits';
import { recognitionLimits as engine } from '@rollcall/faces/recognition-limits';

export interface ProblemInWords {
  readonly problem: FaceProblem;
  readonly words: string;
  /** Nobody is recognized by such a face; else it is only worse than it could be. */
  readonly fatal: boolean;
}

export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/**
 * What Amazon Rekognition documents, read in November 2026. Smallest face, "Guidelines and quotas": 40 × 40 pixels up to 1920 × 1080, more in proportion
 * above. Face to search with, "Recommendations for camera setup (image and video)": 50 × 50 pixels; yaw under 45° either way, pitch under 30° down and
 * 45° up, any roll.
 */
const rekognition = { minPixels: 40, goodPixels: 50, fullHd: { width: 1920, height: 1080 } } as const;
const [goodYaw, goodPitchUp, goodPitchDown] = [45, 45, 30];

/** Mean light from which on a face shows well, up to which it does, and percent of it that may be black or white. */
const [goodLight, brightest, goodBlank] = [20, 85, 30];

/**
 * What faces are measured against: what both editions need, so that a door suits either.
 * @param crop whether captures are cut to small faces: if not, a frame over 1080p asks for larger ones
 */
export function faceLimits({ width, height }: FrameSize, crop: boolean): FaceLimits {
  const { minPixels, goodPixels, fullHd } = rekognition;
  const larger = crop ? 1 : Math.max(1, width / fullHd.width, height / fullHd.height);
  return {
    minPixels: Math.ceil(Math.max(minPixels * larger, engine.minPixels)),
    goodPixels: Math.ceil(goodPixels * larger),
    goodYaw,
    maxYaw: engine.maxYaw,
    goodPitchUp,
    goodPitchDown,
    maxPitch: engine.maxPitch,
    minSharpness: engine.minSharpness,
    goodSharpness: photoLimits.minSharpness,
    minLight: engine.minBrightness,
    goodLight,
  };
}

/** Why nobody, or not surely anybody, can be recognized by a face, what is fatal first. */
export function faceProblems(face: FoundFace, frame: FrameSize, limits: FaceLimits): ProblemInWords[] {
  const problems = [certainty(face), size(face, limits), side(face, limits), upOrDown(face, limits)];
  problems.push(sharpness(face, limits), dark(face, limits), bright(face), edge(face, frame));
  return problems.filter((problem) => problem !== undefined).sort((a, b) => Number(b.fatal) - Number(a.fatal));
}

type Found = ProblemInWords | undefined;

function certainty({ confidence }: FoundFace): Found {
  if (confidence >= engine.minConfidence) return undefined;
  const words = `hardly a face: ${whole(confidence)} percent sure, needs ${engine.minConfidence}`;
  return { problem: 'uncertain', fatal: true, words };
}

function size({ box }: FoundFace, { minPixels, goodPixels }: FaceLimits): Found {
  const pixels = whole(box.width);
  if (pixels >= goodPixels) return undefined;
  const words = `${pixels} pixels wide: needs ${minPixels}, better ${goodPixels}`;
  return { problem: 'too-small', fatal: pixels < minPixels, words };
}

function side({ pose: { yaw } }: FoundFace, limits: FaceLimits): Found {
  const turned = Math.abs(yaw);
  if (turned < limits.goodYaw) return undefined;
  const words = `turned ${whole(turned)}° to the side: needs at most ${limits.maxYaw}°, better under ${limits.goodYaw}°`;
  return { problem: 'turned-away', fatal: turned > limits.maxYaw, words };
}

function upOrDown({ pose: { pitch } }: FoundFace, limits: FaceLimits): Found {
  const [way, good] = pitch > 0 ? (['up', limits.goodPitchUp] as const) : (['down', limits.goodPitchDown] as const);
  const turned = Math.abs(pitch);
  if (turned < good) return undefined;
  const words = `looks ${whole(turned)}° ${way}: needs at most ${limits.maxPitch}°, better under ${good}°`;
  return { problem: 'looks-up-or-down', fatal: turned > limits.maxPitch, words };
}

function sharpness({ quality }: FoundFace, { minSharpness, goodSharpness }: FaceLimits): Found {
  if (quality.sharpness >= goodSharpness) return undefined;
  const words = `sharpness ${whole(quality.sharpness)} of 100: needs ${minSharpness}, better ${goodSharpness}`;
  return { problem: 'too-blurred', fatal: quality.sharpness < minSharpness, words };
}

function dark({ quality: { brightness }, measures }: FoundFace, limits: FaceLimits): Found {
  const black = measures?.black ?? 0;
  if (brightness >= limits.goodLight && black <= goodBlank) return undefined;
  const needs = `needs ${limits.minLight}, better ${limits.goodLight}, and at most ${goodBlank} percent black`;
  const words = `light of ${whole(brightness)} percent, ${whole(black)} percent black: ${needs}`;
  return { problem: 'too-dark', fatal: brightness < limits.minLight, words };
}

function bright({ quality: { brightness }, measures }: FoundFace): Found {
  const white = measures?.white ?? 0;
  if (brightness <= brightest && white <= goodBlank) return undefined;
  const needs = `better at most ${brightest}, and ${goodBlank} percent white`;
  const words = `light of ${whole(brightness)} percent, ${whole(white)} percent white: ${needs}`;
  return { problem: 'too-bright', fatal: false, words };
}

function edge({ box }: FoundFace, { width, height }: FrameSize): Found {
  if (box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height) return undefined;
  return { problem: 'cut-off', fatal: false, words: 'reaches over the edge of the picture: a whole face is better' };
}

function whole(value: number): number {
  return Math.round(value);
}
