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
