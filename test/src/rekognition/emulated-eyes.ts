import { createHash } from 'node:crypto';
import type { FaceDetail, QualityFilter, Reason } from '@aws-sdk/client-rekognition';
import { decodePicture } from '@rollcall/faces/decode-picture';
import type { FoundFace } from '@rollcall/faces/face';
import type { FaceReader } from '@rollcall/faces/face-reader';
import { InvalidInput } from '@rollcall/kit/app-error';
import { invalidParameter, ServiceError } from './service-error.ts';

/** A face of a picture, with its place as parts of it. */
export interface SeenFace {
  readonly found: FoundFace;
  readonly detail: FaceDetail;
}

/** Pixels of a side; below it a picture is refused. Source: "Guidelines and quotas". */
const minSide = 80;
/** Pixels of a face in a picture of 1920, in proportion in larger ones; smaller ones are not detected. Source: the same. */
const minFace = 40;
const minFaceIn = 1920;

/** How picky each filter is; AWS does not say by what numbers. */
const bars: Readonly<Record<QualityFilter, number>> = { NONE: 0, LOW: 0.5, AUTO: 1, MEDIUM: 1, HIGH: 2 };

/** What looks at pictures in the emulator: the embedded models, behind Rekognition's limits. Reads each picture once. */
export class EmulatedEyes {
  readonly #reader: FaceReader;
  readonly #seen = new Map<string, Promise<readonly SeenFace[]>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(reader: FaceReader) {
    this.#reader = reader;
  }

  /** Every face, largest first. @throws ServiceError for what is no picture or too small a one. */
  look(image: Buffer): Promise<readonly SeenFace[]> {
    const digest = createHash('sha256').update(image).digest('hex');
    const known = this.#seen.get(digest);
    if (known) return known;
    const seen = this.#last.then(() => this.#look(image));
    this.#last = seen.catch(() => {});
    this.#seen.set(digest, seen);
    return seen;
  }

  async #look(image: Buffer): Promise<readonly SeenFace[]> {
    const isJpeg = image[0] === 0xff && image[1] === 0xd8;
    const isPng = image.subarray(1, 4).toString('latin1') === 'PNG';
    try {
      if (!isJpeg && !isPng) throw new InvalidInput('neither JPEG nor PNG');
      const { picture, shrunkBy } = await decodePicture(image);
      const [width, height] = [picture.width * shrunkBy, picture.height * shrunkBy];
      if (Math.min(width, height) < minSide) throw invalidParameter();
      const least = minFace * Math.max(1, Math.max(width, height) / minFaceIn);
      const found = await this.#reader.read(image);
      return found
        .filter((face) => face.box.width >= least)
        .map((face) => ({ found: face, detail: detailOf(face, width, height) }));
    } catch (error) {
      if (error instanceof InvalidInput) {
        throw new ServiceError('InvalidImageFormatException', 'Request has invalid image format');
      }
      throw error;
    }
  }
}

/** What the filter finds wrong with a face. */
export function faultsOf({ found }: SeenFace, filter: QualityFilter): Reason[] {
  const bar = bars[filter];
  if (bar === 0) return [];
  const faults: Reason[] = [];
  if (found.quality.sharpness < 8 * bar) faults.push('LOW_SHARPNESS');
  if (found.quality.brightness < 6 * bar) faults.push('LOW_BRIGHTNESS');
  if (Math.abs(found.pose.yaw) > 70 / Math.sqrt(bar)) faults.push('EXTREME_POSE');
  if (found.confidence < Math.min(95, 50 * bar)) faults.push('LOW_CONFIDENCE');
  return faults;
}

/** The default attributes but the landmarks, which the embedded reader keeps to itself. */
function detailOf({ box, confidence, pose, quality }: FoundFace, width: number, height: number): FaceDetail {
  return {
    BoundingBox: { Left: box.x / width, Top: box.y / height, Width: box.width / width, Height: box.height / height },
    Confidence: confidence,
    Pose: { Yaw: pose.yaw, Pitch: pose.pitch, Roll: pose.roll },
    Quality: { Sharpness: quality.sharpness, Brightness: quality.brightness },
  };
}
