import { join } from 'node:path';
import sharp from 'sharp';
import { humanFolder } from './models/face-models.ts';

/** A face in the sheet: rows from 0 to 5, columns from 0 to 17. Row 0 is one man in 18 photos, the others are mostly different people. */
export interface SampleFace {
  readonly row: number;
  readonly column: number;
}

/** Pixels of a cut picture's sides; the face is some 65 wide. */
export const sampleSize = 105;

/** Where the tiles are in the sheet, 1920×954 pixels. */
const firstColumnX = 2;
const columnPitch = 106.4;
const rowY = [284, 396, 508, 620, 733, 845];

/**
 * One face out of the screenshot with 108 of them that `@vladmandic/human` ships, so that a demo and tests have faces without
 * one being committed. RGB, PNG.
 */
export async function sampleFace({ row, column }: SampleFace): Promise<Buffer> {
  const top = rowY[row];
  if (top === undefined || column < 0 || column > 17) throw new RangeError(`no face in row ${row}, column ${column}`);
  return sharp(join(humanFolder(), 'assets', 'screenshot-facematch.jpg'))
    .extract({ left: Math.round(firstColumnX + column * columnPitch), top, width: sampleSize, height: sampleSize })
    .png()
    .toBuffer();
}
