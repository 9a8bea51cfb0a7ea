import type { Heartbeat } from '@rollcall/contract/heartbeat';

/** A camera in a word: its state, or what is wrong with its pictures when they come. */
export function cameraWord({ state, picture }: Heartbeat['camera']): string {
  return state === 'ok' && picture !== undefined ? picture : state;
}
