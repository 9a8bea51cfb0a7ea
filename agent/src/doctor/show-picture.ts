import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { image2sixel } from 'sixel';

/** What a terminal that shows pictures has room for. */
const sixelWidth = 640;
const sixelColors = 256;
const answerMs = 300;

/** The picture as PNG in `file`, or in a new folder that only its owner reads. @returns the file. */
export async function writePng(image: Uint8Array, file?: string): Promise<string> {
  const path = file ?? join(await mkdtemp(join(tmpdir(), 'rollcall-camera-')), 'camera.png');
  await sharp(image).autoOrient().png().toFile(path);
  return path;
}

/** The picture as the control sequence that draws it on a terminal with sixel graphics. */
export async function sixelOf(image: Uint8Array): Promise<string> {
  const small = sharp(image).autoOrient().resize({ width: sixelWidth, withoutEnlargement: true }).ensureAlpha();
  const { data, info } = await small.raw().toBuffer({ resolveWithObject: true });
  return image2sixel(data, info.width, info.height, sixelColors);
}

/**
 * Whether the terminal says that it draws sixels: attribute 4 in its answer to DA1.
 * Source: "Device Attributes", VT510 Programmer Information; https://invisible-island.net/xterm/ctlseqs.
 */
export async function drawsSixels(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Promise<boolean> {
  if (!input.isTTY || !output.isTTY) return false;
  input.setRawMode(true);
  try {
    const answer = new Promise<string>((resolve) => {
      let said = '';
      const late = setTimeout(() => resolve(said), answerMs);
      input.on('data', function read(chunk: Buffer) {
        said += chunk.toString('latin1');
        if (!said.includes('c')) return;
        clearTimeout(late);
        input.off('data', read);
        resolve(said);
      });
    });
    output.write('\u001b[c');
    const attributes = /\[\?([\d;]+)c/.exec(await answer)?.[1]?.split(';') ?? [];
    return attributes.includes('4');
  } finally {
    input.setRawMode(false);
    input.pause();
  }
}
