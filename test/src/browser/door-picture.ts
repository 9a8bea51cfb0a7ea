import { randomBytes } from 'node:crypto';
import { sampleFace, type SampleFace } from '@rollcall/faces/sample-faces';
import sharp from 'sharp';

/** A sample face as a tablet's camera would see it: 640×480, the person close and in the middle. JPEG. */
export async function doorPicture(face: SampleFace): Promise<Buffer> {
  const portrait = await sharp(await sampleFace(face))
    .resize(420, 420, { kernel: 'lanczos3' })
    .png()
    .toBuffer();
  return sharp({ create: { width: 640, height: 480, channels: 3, background: '#8f959e' } })
    .composite([{ input: portrait, left: 110, top: 40 }])
    .jpeg({ quality: 92, chromaSubsampling: '4:2:0' })
    .toBuffer();
}

/** The same as a clip for Chromium's fake camera: MJPEG is JPEGs one after the other. */
export async function cameraClip(face: SampleFace): Promise<Buffer> {
  const picture = await doorPicture(face);
  return Buffer.concat(Array.from({ length: 15 }, () => picture));
}

/** The same as a large camera would take it, before a wall that does not compress: a PNG of over 5 MB. */
export async function largePicture(face: SampleFace): Promise<Buffer> {
  const raw = { width: 2400, height: 1600, channels: 3 } as const;
  const wall = sharp(
    randomBytes(raw.width * raw.height * raw.channels).map((byte) => 120 + (byte & 31)),
    { raw },
  );
  const near = await sharp(await doorPicture(face))
    .resize(1600, 1200)
    .png()
    .toBuffer();
  return wall
    .composite([{ input: near, left: 400, top: 200 }])
    .png()
    .toBuffer();
}
