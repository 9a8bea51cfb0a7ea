import type { FoundFace } from '@rollcall/faces/face';

/** What a face worker gets when it starts. */
export interface FaceWorkerData {
  readonly cacheDir: string;
}

/** A picture for a face worker; it takes one after another. */
export interface FaceRequest {
  readonly id: number;
  readonly image: Uint8Array;
  /** Whether vectors are wanted. */
  readonly describe: boolean;
}

/** Tells a face worker to end itself when it has answered. */
export const endOfWork = 'end';

export type FaceAnswer =
  | { readonly id: number; readonly faces: readonly FoundFace[] }
  | { readonly id: number; readonly refused: { readonly code: string; readonly message: string } };
