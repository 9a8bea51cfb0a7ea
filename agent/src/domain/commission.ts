import type { CheckReport } from '@rollcall/contract/check-report';
import type { PictureState } from '@rollcall/contract/heartbeat';
import { AppError, InvalidInput, Unavailable } from '@rollcall/kit/app-error';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { Timer } from '@rollcall/kit/timer';
import type { FaceFinder } from '../ports/face-finder.ts';
import type { Frame, Luma } from '../ports/frame.ts';
import type { JpegEncoder } from '../ports/jpeg-encoder.ts';
import { commissioningAdvice } from './commissioning-advice.ts';
import { measureFace } from './commissioning-face.ts';
import { CommissioningTally } from './commissioning-tally.ts';
import { closeTrouble } from './close-trouble.ts';
import { faceLimits } from './face-problems.ts';
import { fitPicture } from './fit-picture.ts';
import { maxReportBytes } from './send-report.ts';

export interface CommissionOptions {
  /** Started here, and stopped. */
  readonly finder: FaceFinder;
  readonly encoder: JpegEncoder;
  /** A frame's picture at half its size. @throws InvalidInput */
  readonly halfLuma: (image: Uint8Array, width: number) => Promise<Luma>;
  /** The camera's latest. */
  readonly lastFrame: () => Frame | undefined;
  /** What the camera's watch says of its picture; unknown counts as ok. */
  readonly picture: () => PictureState | undefined;
  /** Whether something moves at the door. */
  readonly isBusy: () => boolean;
  /** Whether captures are cut to small faces. */
  readonly crop: boolean;
  readonly clock: Clock;
  readonly timer: Timer;
  /** Ends it early: the report is of what was seen so far. */
  readonly signal?: AbortSignal;
  /** How long frames are looked at. @default 10 */
  readonly seconds?: number;
}

/** Between two looks: people move, and the door goes on being watched meanwhile. */
const everyMs = 400;
/** In a report, whatever it is asked for: with its picture it must fit a message. */
const maxFaces = 40;
const maxStillBytes = 60_000;

/**
 * Looks at live frames for some seconds and reports each face's size, pose, sharpness and light, why nobody could be recognized by it, and what to
 * do at the door. @throws Unavailable when no frame came, or faces cannot be looked for here.
 */
export async function commission(options: CommissionOptions): Promise<CheckReport> {
  const { finder, seconds = 10 } = options;
  // What came before is not what the camera sees now.
  const before = options.lastFrame();
  await finder.start();
  try {
    const tally = new CommissioningTally();
    const moved = await lookAround(options, { tally, before, forMs: seconds * 1_000 });
    if (!tally.shown) throw new Unavailable(`no frame came from the camera within ${seconds} s: look at its health`);
    return await report(options, tally, { shown: tally.shown, moved });
  } finally {
    await finder.stop();
  }
}

/** @returns whether something moved meanwhile. @throws what the last look did when none gave anything */
async function lookAround(
  options: CommissionOptions,
  { tally, before, forMs }: { tally: CommissioningTally; before: Frame | undefined; forMs: number },
): Promise<boolean> {
  const { lastFrame, isBusy, timer, signal } = options;
  const endsAt = timer.now() + forMs;
  let last = before;
  let moved = false;
  let failure: AppError | undefined;
  for (;;) {
    const frame = lastFrame();
    if (frame && frame !== last) failure = await look(options, tally, frame);
    last = frame;
    moved ||= isBusy();
    const leftMs = endsAt - timer.now();
    if (signal?.aborted || leftMs <= 0) break;
    await wait(timer, Math.min(everyMs, leftMs), signal);
  }
  if (failure && tally.frames === 0) throw failure;
  return moved;
}

/** @returns why there was no answer: one look that takes too long on a busy machine is not the end of it. */
async function look(
  { finder, halfLuma, crop }: CommissionOptions,
  tally: CommissioningTally,
  frame: Frame,
): Promise<AppError | undefined> {
  try {
    const limits = faceLimits(frame, crop);
    const found = await finder.find(frame.image, { measure: true });
    const faces = found.flatMap((face) => measureFace(face, frame, limits) ?? []);
    tally.add(frame, faces, closeTrouble(frame, await halfLuma(frame.image, frame.width)));
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // A frame that does not decode is the camera's health, not the faces'.
    return error instanceof InvalidInput ? undefined : error;
  }
}

async function report(
  options: CommissionOptions,
  tally: CommissioningTally,
  { shown, moved }: { shown: Frame; moved: boolean },
): Promise<CheckReport> {
  const { frames, framesWithFace, framesWithUsableFace, faces } = tally;
  const picture = tally.trouble ?? options.picture() ?? 'ok';
  const limits = faceLimits(shown, options.crop);
  const measured: Omit<CheckReport, 'still'> = {
    v: 1,
    at: instantOf(options.clock.now()),
    frames,
    framesWithFace,
    framesWithUsableFace,
    width: shown.width,
    height: shown.height,
    picture,
    fit: framesWithUsableFace > 0 && picture === 'ok',
    limits,
    faces: faces.slice(0, maxFaces),
    advice: commissioningAdvice({ frames, framesWithFace, framesWithUsableFace, picture, limits, moved }, faces),
  };
  return { ...measured, still: await stillOf(shown, measured, options.encoder) };
}

/** As large as fits beside what was measured. */
async function stillOf(shown: Frame, measured: object, encoder: JpegEncoder): Promise<CheckReport['still']> {
  const rest = Buffer.byteLength(JSON.stringify(measured)) + 200;
  const maxBytes = Math.min(maxStillBytes, Math.floor((maxReportBytes - rest) / 4) * 3);
  const fitted = await fitPicture(shown, { maxBytes, crop: false }, encoder);
  if (!fitted) throw new Unavailable('the picture of the camera does not fit a message in any size');
  const { image, width, height } = fitted;
  return { at: instantOf(shown.at), width, height, image: Buffer.from(image).toString('base64') };
}

async function wait(timer: Timer, ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = timer.after(ms, done);
    signal?.addEventListener('abort', done);
  });
}
