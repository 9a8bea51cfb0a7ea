import type { PassageMessage, Region, ShotScore } from '@rollcall/contract/capture';
import type { CaptureId, PassageId } from '@rollcall/contract/ids';
import type { Frame } from '../ports/frame.ts';
import type { FaceInShot } from './face-in-shot.ts';

/** A shot to publish, as soon as it is chosen: its passage is still open. */
export interface DoorCapture {
  readonly kind: 'capture';
  readonly passageId: PassageId;
  readonly captureId: CaptureId;
  readonly frame: Frame;
  readonly clockSynced: boolean;
  /** What moved, in pixels of the frame. */
  readonly region: Region;
  /** Best first, at least one; absent when nobody looked for them. */
  readonly faces?: readonly FaceInShot[];
  readonly shot: ShotScore;
}

/** The end of a passage, after its captures. */
export interface DoorPassage {
  readonly kind: 'passage';
  readonly message: PassageMessage;
}

/** What `watchDoor` tells. */
export type DoorEvent = DoorCapture | DoorPassage;
