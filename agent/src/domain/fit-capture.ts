import type { CaptureMessage, FaceSummary } from '@rollcall/contract/capture';
import { maxPayloadBytes } from '@rollcall/contract/topics';
import { instantOf } from '@rollcall/kit/clock';
import type { JpegEncoder } from '../ports/jpeg-encoder.ts';
import type { DoorCapture } from './door-event.ts';
import { type FittedPicture, fitPicture } from './fit-picture.ts';

/** The limit is on the payload; this leaves room for its topic and headers should a broker count them. */
const headroomBytes = 1024;
/** What the numbers about the cut and the faces take at most. */
const extraBytes = 400;

/**
 * The message of a capture, whole below the limit of AWS IoT Core with its picture in base64. undefined when no picture of it fits.
 * @param crop whether it is cut to its faces, where these are small. @throws InvalidInput when the picture does not decode.
 */
export async function fitCapture(
  capture: DoorCapture,
  encoder: JpegEncoder,
  { crop }: { readonly crop: boolean },
): Promise<CaptureMessage | undefined> {
  const { captureId, passageId, frame, clockSynced, shot, region, faces } = capture;
  const head = { v: 1 as const, captureId, passageId, takenAt: instantOf(frame.at), clockSynced, shot };
  const headBytes = JSON.stringify({ ...head, region, image: '' }).length + extraBytes;
  const maxBytes = Math.floor((maxPayloadBytes - headroomBytes - headBytes) / 4) * 3;
  const picture = { ...frame, region, ...(faces && { faces: faces.map((face) => face.box) }) };
  const fitted = await fitPicture(picture, { maxBytes, crop }, encoder);
  if (!fitted) return undefined;
  const face = summaryOf(capture, fitted);
  const { cut } = fitted;
  return {
    ...head,
    ...(fitted.region && { region: fitted.region }),
    ...(cut && { cut: { ...cut, frameWidth: frame.width, frameHeight: frame.height } }),
    ...(face && { face }),
    image: Buffer.from(fitted.image.buffer, fitted.image.byteOffset, fitted.image.length).toString('base64'),
  };
}

function summaryOf({ faces, frame }: DoorCapture, fitted: FittedPicture): FaceSummary | undefined {
  const [best] = faces ?? [];
  if (!faces || !best) return undefined;
  const scale = fitted.width / (fitted.cut?.width ?? frame.width);
  return {
    count: Math.min(99, faces.length),
    pixels: Math.max(1, Math.round(scale * Math.max(...faces.map((face) => face.box.width)))),
    frontal: rounded(best.frontal),
    sharpness: rounded(best.sharpness),
    light: rounded(best.light),
    usable: best.usable,
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
