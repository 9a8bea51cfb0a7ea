import type { CaptureMessage } from '@rollcall/contract/capture';
import { maxPayloadBytes } from '@rollcall/contract/topics';
import { instantOf } from '@rollcall/kit/clock';
import type { JpegEncoder } from '../ports/jpeg-encoder.ts';
import type { DoorCapture } from './door-event.ts';
import { fitPicture } from './fit-picture.ts';

/** The limit is on the payload; this leaves room for its topic and headers should a broker count them. */
const headroomBytes = 1024;

/**
 * The message of a capture, whole below the limit of AWS IoT Core with its picture in base64. undefined when no picture of it fits.
 * @throws InvalidInput when the picture does not decode.
 */
export async function fitCapture(capture: DoorCapture, encoder: JpegEncoder): Promise<CaptureMessage | undefined> {
  const { captureId, passageId, frame, clockSynced, shot, region } = capture;
  const head = { v: 1 as const, captureId, passageId, takenAt: instantOf(frame.at), clockSynced, shot };
  const headBytes = JSON.stringify({ ...head, region, image: '' }).length;
  const maxImageBytes = Math.floor((maxPayloadBytes - headroomBytes - headBytes) / 4) * 3;
  const fitted = await fitPicture({ ...frame, region }, maxImageBytes, encoder);
  if (!fitted) return undefined;
  const image = Buffer.from(fitted.image.buffer, fitted.image.byteOffset, fitted.image.length).toString('base64');
  return { ...head, ...(fitted.region && { region: fitted.region }), image };
}
