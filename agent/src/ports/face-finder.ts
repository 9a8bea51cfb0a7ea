import type { Region } from '@rollcall/contract/capture';
import type { FoundFace } from '@rollcall/faces/face';

/** How to look at a picture. */
export interface FindOptions {
  /** Look around here only, in pixels of the picture as it is stored. */
  readonly within?: Region;
  /** Also measure eyes and light, and tell of faces that are blurred beyond use. @default false */
  readonly measure?: boolean;
}

/** Finds faces, elsewhere than in the thread that asks; cannot tell whose they are. */
export interface FaceFinder {
  /** Resolves when it can look. @throws Unavailable when it cannot; may be started again then. */
  start(): Promise<void>;
  /** True while it can look. */
  readonly isReady: boolean;
  /**
   * The faces of a JPEG, largest first; boxes in pixels of the picture as it is stored.
   * @throws Unavailable when it has no answer in time, InvalidInput when the picture does not decode.
   */
  find(image: Uint8Array, options: FindOptions): Promise<readonly FoundFace[]>;
  /** Puts the models away. May be called twice. */
  stop(): Promise<void>;
}
