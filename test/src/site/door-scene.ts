import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clipSize, drawCorridor } from '@rollcall/cloud/demo/draw-corridor';
import { drawFigure } from '@rollcall/cloud/demo/draw-figure';
import sharp from 'sharp';

export interface DoorScene {
  /** How wide the face is of who stands there, pixels; nobody does without it. */
  readonly facePixels?: number;
  /** Out of focus by so many pixels. @default 0 */
  readonly blur?: number;
  /** Part of the light that there is. @default 1 */
  readonly light?: number;
}

/** How wide a face is in a figure as it is drawn, pixels. */
const drawnPixels = 198;

/** The camera of `folder` sees this from its next frame on: two JPEGs in turn that differ, as those of a camera do. */
export async function showScene(folder: string, scene: DoorScene): Promise<void> {
  for (const [index, aside] of [0, 6].entries()) {
    // No .jpg until it is whole.
    const path = join(folder, `${index}.jpg`);
    await writeFile(`${path}.new`, await drawScene(scene, aside));
    await rename(`${path}.new`, path);
  }
}

/** The demo's corridor, with somebody in it or nobody. */
async function drawScene({ facePixels, blur = 0, light = 1 }: DoorScene, aside: number): Promise<Buffer> {
  const corridor = sharp(Buffer.from(drawCorridor())).removeAlpha();
  const people = facePixels === undefined ? [] : [await somebody(facePixels, aside)];
  const scene = sharp(await corridor.composite(people).png().toBuffer()).linear(light, 0);
  return (blur > 0 ? scene.blur(blur) : scene).jpeg({ quality: 90 + aside / 3 }).toBuffer();
}

async function somebody(facePixels: number, aside: number) {
  const figure = sharp(await drawFigure({ face: { row: 0, column: 3 }, coat: '#3f5c7a' }));
  const { width } = await figure.metadata();
  const small = figure.resize(Math.round((width * facePixels) / drawnPixels));
  const { data, info } = await small.png().toBuffer({ resolveWithObject: true });
  const top = Math.round(clipSize.height * 0.3);
  const height = Math.min(info.height, clipSize.height - top);
  const input = await sharp(data).extract({ left: 0, top: 0, width: info.width, height }).toBuffer();
  return { input, top, left: Math.round((clipSize.width - info.width) / 2) + aside };
}
