import type { FoundFace } from '@rollcall/faces/face';
import type { FaceFinder, FindOptions } from '../src/ports/face-finder.ts';

/** A face of so many pixels that looks into the camera, in the middle of a 720p frame. */
export function foundFace(width: number, changes: Partial<FoundFace> = {}): FoundFace {
  return {
    box: { x: 640 - width / 2, y: 200, width, height: width * 1.2 },
    confidence: 99,
    pose: { yaw: 0, pitch: 0, roll: 0 },
    quality: { sharpness: 80, brightness: 50 },
    ...changes,
  };
}

/** A face finder that answers what it is told to. */
export class ScriptedFaceFinder implements FaceFinder {
  /** What each look answers; by default nobody. */
  answer: (image: Uint8Array, options: FindOptions) => Promise<readonly FoundFace[]> = async () => [];
  /** What a start does. */
  starting: () => Promise<void> = async () => {};
  isReady = false;
  readonly asked: { readonly image: Uint8Array; readonly options: FindOptions }[] = [];
  starts = 0;
  stops = 0;

  async start(): Promise<void> {
    this.starts++;
    await this.starting();
    this.isReady = true;
  }

  find(image: Uint8Array, options: FindOptions): Promise<readonly FoundFace[]> {
    this.asked.push({ image, options });
    return this.answer(image, options);
  }

  async stop(): Promise<void> {
    this.stops++;
    this.isReady = false;
  }
}
