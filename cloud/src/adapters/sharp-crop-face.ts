import { InvalidInput } from '@rollcall/kit/app-error';
import sharp from 'sharp';
import type { CropFace } from '../ports/crop-face.ts';

/** Of the face's size, on each side: hair, chin and a little of the place. */
const margin = 0.5;
/** Pixels of the longer side, at most: it is looked at in a list, or enrolled. */
const maxSide = 800;

/** Cuts faces out of pictures with sharp. */
export const cropFaceWithSharp: CropFace = async (picture, box) => {
  try {
    const upright = await sharp(picture).autoOrient().toBuffer({ resolveWithObject: true });
    const { width, height } = upright.info;
    const left = clamp(Math.floor(box.x - box.width * margin), 0, width - 1);
    const top = clamp(Math.floor(box.y - box.height * margin), 0, height - 1);
    const right = clamp(Math.ceil(box.x + box.width * (1 + margin)), left + 1, width);
    const bottom = clamp(Math.ceil(box.y + box.height * (1 + margin)), top + 1, height);
    return await sharp(upright.data)
      .extract({ left, top, width: right - left, height: bottom - top })
      .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: 90 })
      .toBuffer();
  } catch (cause) {
    throw new InvalidInput('expected a picture that can be read', { code: 'not-an-image', cause });
  }
};

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
