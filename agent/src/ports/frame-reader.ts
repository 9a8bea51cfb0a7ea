import type { Region } from '@rollcall/contract/capture';
import type { Frame, Luma } from './frame.ts';

/** Looks closely at a frame: costs milliseconds, so only for candidates. */
export interface FrameReader {
  /** The gray picture of `region` (pixels of the frame) at half its size or less. Undefined when the picture does not decode. */
  detail(frame: Frame, region: Region): Promise<Luma | undefined>;
}
