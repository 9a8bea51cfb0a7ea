import type { Timer } from '@rollcall/kit/timer';
import type { Frame } from '../ports/frame.ts';
import type { Region } from '@rollcall/contract/capture';

/** Looks that are measured, after some that warm up. */
const warmUps = 2;
const measured = 5;

/** ms that `look` takes on this machine when nothing else keeps it busy: the quickest of a few. Undefined when one of its looks gave nothing. */
export async function measureLooks(look: () => Promise<boolean>, timer: Timer): Promise<number | undefined> {
  const times: number[] = [];
  for (let i = 0; i < warmUps + measured; i++) {
    const startedAt = timer.now();
    if (!(await look())) return undefined;
    if (i >= warmUps) times.push(timer.now() - startedAt);
  }
  return Math.min(...times);
}

/** As much of a frame as somebody takes who stands in the doorway. */
export function doorwayOf({ width, height }: Frame): Region {
  const quarter = Math.floor(width / 4);
  return { x: quarter, y: 0, width: Math.max(1, width - 2 * quarter), height };
}
