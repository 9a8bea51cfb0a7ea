import type { CaptureId } from '@rollcall/contract/ids';
import { InvalidInput } from '@rollcall/kit/app-error';
import type { Log } from '@rollcall/kit/log';
import type { JpegEncoder } from '../ports/jpeg-encoder.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { DoorCapture, DoorEvent } from './door-event.ts';
import { fitCapture } from './fit-capture.ts';

/** Puts what the door tells into the outbox. Counts, for health. */
export class EventKeeper {
  readonly #outbox: Outbox;
  readonly #encoder: JpegEncoder;
  readonly #log: Log;
  /** Whether captures are cut to the faces in them, where these are small. */
  crop: boolean;
  /** Of the open passage: its end must not announce what never comes. */
  readonly #lost = new Set<CaptureId>();
  #passages = 0;
  #captures = 0;

  constructor(parts: { outbox: Outbox; encoder: JpegEncoder; log: Log; crop?: boolean }) {
    this.#outbox = parts.outbox;
    this.#encoder = parts.encoder;
    this.#log = parts.log;
    this.crop = parts.crop ?? true;
  }

  /** Since the start. */
  get counts(): { passages: number; captures: number } {
    return { passages: this.#passages, captures: this.#captures };
  }

  async keep(event: DoorEvent): Promise<void> {
    if (event.kind === 'capture') {
      this.#captures++;
      if (!(await this.#keepCapture(event))) this.#lost.add(event.captureId);
      return;
    }
    this.#passages++;
    const captures = event.message.captures.filter((id) => !this.#lost.has(id));
    this.#lost.clear();
    const kept = await this.#outbox.put({ ...event.message, captures });
    const { passageId, ended, frames } = event.message;
    this.#log.info('passage', { passageId, ended, frames, captures: captures.length, kept });
  }

  async #keepCapture(capture: DoorCapture): Promise<boolean> {
    const { captureId, passageId, frame, shot } = capture;
    const message = await this.#fit(capture);
    if (!message) return false;
    const kept = await this.#outbox.put(message);
    const imageBytes = message.image.length;
    const from = frame.image.length;
    const facePixels = message.face?.pixels;
    this.#log.info('capture', { captureId, passageId, score: shot.score, from, imageBytes, facePixels, kept });
    return kept !== 'dropped';
  }

  async #fit(capture: DoorCapture) {
    try {
      const message = await fitCapture(capture, this.#encoder, { crop: this.crop });
      if (!message) await this.#park(capture, 'no size of it fits the limit of a message');
      return message;
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      await this.#park(capture, error.message);
      return undefined;
    }
  }

  #park({ captureId, frame }: DoorCapture, reason: string): Promise<void> {
    return this.#outbox.parkPicture(captureId, frame.image, reason);
  }
}
