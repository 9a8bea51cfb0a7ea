import type { Frame, Luma } from '../ports/frame.ts';
import type { PictureTrouble } from './commissioning-tally.ts';
import { troubleOf } from './picture-health.ts';
import { lookAtPicture } from './picture-look.ts';
import { sharpnessOf } from './sharpness.ts';

/**
 * Sharpness at half size under which a picture is out of focus. The clips of the fixtures have 0.83 and more; blurred by 3 pixels 0.53 to 0.88, by 4
 * pixels 0.44 to 0.75, by 6 up to 0.4: by then faces of 100 pixels are not found any more.
 */
const blurred = 0.5;

/** What is wrong with a frame as such, looked at more closely than every frame can be. @param half its picture at half its size */
export function closeTrouble({ luma }: Frame, half: Luma): PictureTrouble | undefined {
  const trouble = troubleOf(lookAtPicture(luma));
  if (trouble) return trouble;
  const sharpness = sharpnessOf(half, { everyLine: 4, leastStep: 2, leastDetail: 0.1 });
  // 0: there is nothing to tell by.
  return sharpness > 0 && sharpness < blurred ? 'defocused' : undefined;
}
