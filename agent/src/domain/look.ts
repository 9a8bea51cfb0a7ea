import type { FaceInShot } from './face-in-shot.ts';

/** What a look at a frame gave. `skipped`: a newer frame came first, or it does not decode; `open`: nobody could look, so let it pass. */
export type Look =
  | { readonly kind: 'seen'; readonly faces: readonly FaceInShot[] }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'open'; readonly reason: string };
