import { Unavailable } from '@rollcall/kit/app-error';
import type { FaceFinder } from '../ports/face-finder.ts';
import type { SharedFaceFinder } from './shared-face-finder.ts';

export interface CheckFinderParts {
  /** One more, with a process and models of its own. */
  readonly own: () => FaceFinder;
  /** The face gate's. */
  readonly gate: SharedFaceFinder;
  /** Memory that this process may still take. */
  readonly freeBytes: () => number;
}

/** A process that looks, with its models, takes 165 MB: see `start-worker.ts` of `@rollcall/faces`. */
const leastBytes = 200_000_000;

/**
 * By what faces are looked for when a camera is checked: by a finder of its own, so that the face gate is not held up; by the gate's where there is no
 * memory for two. @throws Unavailable when there is none for one either
 */
export function checkFinder({ own, gate, freeBytes }: CheckFinderParts): FaceFinder {
  const free = freeBytes();
  if (free >= leastBytes) return own();
  if (gate.isReady) return gate.lend();
  const [least, got] = [leastBytes, free].map((bytes) => Math.round(bytes / 1_000_000));
  throw new Unavailable(`expected ${least} MB of memory to spare to look for faces, got ${got}`);
}
