import type { Clock } from '@rollcall/kit/clock';
import type { Timer } from '@rollcall/kit/timer';
import type { Speed } from './camera-uri.ts';
import type { TakenImage, TakenImages } from './image-camera.ts';
import { atOwnPace, type TimedImage } from './pace.ts';

/** Pictures that exist already: a clip or a folder. */
export interface RecordedSource {
  /** Gives the pictures in order, until there are no more or the signal aborts. Calls `onBad` for what is none. */
  images(signal: AbortSignal, onBad: (count: number) => void): AsyncIterable<TimedImage>;
  /** ms from the first picture to the last; asked for at `speed: max` only. */
  spanMs(): Promise<number>;
}

/** Recorded pictures, with the instants at which they would be taken, were they filmed now. */
export function recorded(
  source: RecordedSource,
  speed: Speed,
  { clock, timer }: { readonly clock: Clock; readonly timer: Timer },
): TakenImages {
  return async function* images(stop, onBad): AsyncGenerator<TakenImage, void> {
    let start = 0;
    // Not before now less the length: then the last frame is taken about now, and none in the future.
    if (speed === 'max') start = clock.now() - (await source.spanMs());
    const all = source.images(stop.signal, onBad);
    const paced = speed === 'max' ? all : atOwnPace(all, { timer, stop, onFirst: () => void (start = clock.now()) });
    for await (const { image, offsetMs } of paced) yield { image, at: start + offsetMs };
  };
}
