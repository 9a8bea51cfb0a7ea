import { Unavailable } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import type { TakenImage, TakenImages } from './image-camera.ts';
import { latestOf } from './latest.ts';

/** A camera that films now. Its pictures are taken when they arrive. */
export interface LiveSource {
  /** As many pictures a second are looked at, however many it gives. */
  readonly framerate: number;
  /** Gives the pictures as they come, until the signal aborts. @throws AppError when the camera fails. */
  images(signal: AbortSignal, onBad: (count: number) => void): AsyncIterable<Uint8Array>;
}

/** A clock that is set back by less than this is waited for. */
const maxBackMs = 1_000;
/** A picture may come early or late by this part of the time between two. */
const jitter = 0.35;

/**
 * The pictures of a camera as they come, of which a slow reader gets the latest.
 * @throws Unavailable when it gives no more, and when the clock is set back, since time never decreases from frame to frame: the camera starts anew.
 */
export function live(source: LiveSource, { clock }: { readonly clock: Clock }): TakenImages {
  return (stop, onBad) => latestOf(taken(source, clock, stop.signal, onBad), stop);
}

async function* taken(
  source: LiveSource,
  clock: Clock,
  signal: AbortSignal,
  onBad: (count: number) => void,
): AsyncGenerator<TakenImage, void> {
  const everyMs = 1000 / source.framerate;
  let last = Number.NEGATIVE_INFINITY;
  let due = Number.NEGATIVE_INFINITY;
  for await (const image of source.images(signal, onBad)) {
    const now = clock.now();
    if (now < last - maxBackMs) throw new Unavailable('the clock was set back: the camera starts anew');
    const tolerance = jitter * everyMs;
    if (now < due - tolerance) continue;
    due = Math.max(due, now - tolerance) + everyMs;
    last = Math.max(last, now);
    yield { image, at: last };
  }
  if (!signal.aborted) throw new Unavailable('the camera gives no more pictures');
}
