import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/**
 * Writes a JPEG for a fake camera. @returns script that gives it `perSecond` times a second on the standard output, each with its number in
 * a comment, and keeps the number of the last in a file.
 */
export async function numberedJpegs(folder: string, perSecond: number): Promise<string> {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 };
  const picture = sharp({ create: { width: 1280, height: 720, channels: 3, background: '#888', noise } }).blur(1);
  const jpeg = await picture.jpeg({ optimizeCoding: false, quality: 80 }).toBuffer();
  const file = join(folder, 'frame.jpg');
  await writeFile(file, jpeg);
  return `
    const jpeg = readFileSync(${JSON.stringify(file)});
    const start = Date.now();
    let number = 0;
    const give = () => {
      for (; number < (Date.now() - start) / ${1000 / perSecond}; number++) {
        const comment = Buffer.from([0xff, 0xfe, 0, 6, 0, 0, 0, 0]);
        comment.writeUInt32BE(number, 4);
        const frame = Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]);
        for (let at = 0; at < frame.length; ) {
          try { at += writeSync(1, frame, at); } catch (error) { if (error.code !== 'EAGAIN') process.exit(1); }
        }
        writeFileSync(${JSON.stringify(join(folder, 'given'))}, String(number));
      }
    };
    setInterval(give, 5);`;
}

/** Which of them a picture is. */
export function numberOf(image: Uint8Array): number {
  return Buffer.from(image.buffer, image.byteOffset).readUInt32BE(6);
}
