import type { PictureState } from '@rollcall/contract/heartbeat';
import type { Device } from '@rollcall/contract/place';

export type Camera = NonNullable<Device['health']>['camera'];

/** Why no faces show in pictures that come. Undefined when they may, and when none come, which is another trouble. */
export function pictureTrouble({ state, picture }: Camera): Exclude<PictureState, 'ok'> | undefined {
  return state !== 'ok' || picture === 'ok' ? undefined : picture;
}
