import { type SampleFace, sampleFace } from '@rollcall/faces/sample-faces';
import sharp from 'sharp';

/** A sample face in the middle of a gray picture. @param side pixels of the face with its surroundings; the picture is 120 larger. */
export async function portrait(face: SampleFace, side = 105): Promise<Buffer> {
  const tile = await sharp(await sampleFace(face))
    .resize(side)
    .toBuffer();
  return sharp(tile)
    .extend({ top: 60, bottom: 60, left: 60, right: 60, background: 'gray' })
    .jpeg({ quality: 95 })
    .toBuffer();
}

/** Several faces beside each other, from the left, each as large as said, 40 pixels apart. */
export async function scene(...faces: readonly (readonly [face: SampleFace, side: number])[]): Promise<Buffer> {
  const height = Math.max(...faces.map(([, side]) => side)) + 80;
  const width = faces.reduce((sum, [, side]) => sum + side + 40, 40);
  let left = 40;
  const tiles: { input: Buffer; left: number; top: number }[] = [];
  for (const [face, side] of faces) {
    tiles.push({
      input: await sharp(await sampleFace(face))
        .resize(side)
        .toBuffer(),
      left,
      top: 40,
    });
    left += side + 40;
  }
  return sharp({ create: { width, height, channels: 3, background: 'gray' } })
    .composite(tiles)
    .jpeg({ quality: 95 })
    .toBuffer();
}

/** A picture without anybody. */
export function wall(): Promise<Buffer> {
  return sharp({ create: { width: 300, height: 300, channels: 3, background: 'gray' } })
    .jpeg()
    .toBuffer();
}
