import type { FoundFace } from '../face.ts';
import type { OpenOptions, ReadOptions } from '../face-reader.ts';

/** What a face worker gets when it starts. */
export type FaceWorkerData = OpenOptions;

/** A picture for a face worker; it takes one after another. */
export interface FaceRequest {
  readonly id: number;
  readonly image: Uint8Array;
  readonly options: ReadOptions;
}

/** Tells a face worker to end itself when it has answered. */
export const endOfWork = 'end';

export type FaceAnswer =
  | { readonly id: number; readonly faces: readonly FoundFace[] }
  | { readonly id: number; readonly refused: { readonly code: string; readonly message: string } };
