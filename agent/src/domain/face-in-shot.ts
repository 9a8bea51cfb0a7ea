import type { Region } from '@rollcall/contract/capture';
import type { FoundFace } from '@rollcall/faces/face';
import { recognitionLimits as limits } from '@rollcall/faces/recognition-limits';

/** A face of a shot, and what it is worth for recognition. Numbers 0 to 1. */
export interface FaceInShot {
  /** In pixels of the frame. */
  readonly box: Region;
  readonly size: number;
  readonly sharpness: number;
  readonly light: number;
  readonly frontal: number;
  /** All of it together. */
  readonly score: number;
  /** Whether anybody can be recognized by it. */
  readonly usable: boolean;
}

/** Recognition gets no better beyond this width: benchmarks/results/faces.md. */
const fullPixels = 110;
/** What an ordinary press photo has at least, and what a sharp face of a moving person reaches. */
const fullSharpness = 65;
/** Mean percent of white between which a face shows well. */
const darkest = 28;
const brightest = 82;

/** Judges a face that was found. Undefined when it hardly is one, or lies outside of the frame. */
export function judgeFace(
  found: FoundFace,
  frame: { readonly width: number; readonly height: number },
): FaceInShot | undefined {
  const box = inside(found.box, frame);
  if (!box || found.confidence < limits.minConfidence) return undefined;
  const { pose, quality } = found;
  // Half of the pixels are worth more than half: a small face is recognized, if less surely.
  const size = Math.sqrt(Math.min(1, found.box.width / fullPixels));
  const sharpness = Math.min(1, quality.sharpness / fullSharpness);
  const light = Math.min(1, quality.brightness / darkest, (100 - quality.brightness) / (100 - brightest));
  // The part of the face that shows, squared: half a face is less than half of it.
  const frontal = (Math.max(0, cosine(pose.yaw)) * Math.max(0, cosine(pose.pitch))) ** 2;
  return {
    box,
    size,
    sharpness,
    light,
    frontal,
    score: size * worth(sharpness) * worth(light) * worth(frontal),
    usable: isUsable(found),
  };
}

/** By the limits that the recognizing side has: what it would turn down need not be sent. */
function isUsable({ box, pose, quality }: FoundFace): boolean {
  return (
    box.width >= limits.minPixels &&
    quality.sharpness >= limits.minSharpness &&
    quality.brightness >= limits.minBrightness &&
    Math.abs(pose.yaw) <= limits.maxYaw &&
    Math.abs(pose.pitch) <= limits.maxPitch
  );
}

/** A blurred, dark or turned face is worth less, but more than none. */
function worth(part: number): number {
  return 0.3 + 0.7 * part;
}

function cosine(degrees: number): number {
  return Math.cos((degrees * Math.PI) / 180);
}

/** The part of a box that is in the frame, in whole pixels. */
function inside(box: FoundFace['box'], frame: { width: number; height: number }): Region | undefined {
  const left = Math.max(0, Math.floor(box.x));
  const top = Math.max(0, Math.floor(box.y));
  const right = Math.min(frame.width, Math.ceil(box.x + box.width));
  const bottom = Math.min(frame.height, Math.ceil(box.y + box.height));
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : undefined;
}
