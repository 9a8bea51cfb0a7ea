import { sampleFace, type SampleFace } from '@rollcall/faces/sample-faces';
import sharp from 'sharp';

/** A standing figure from head to toe, in pixels. */
export const figureSize = { width: 720, height: 1730 } as const;

/** The picture on the figure. */
const head = { size: 310, left: (figureSize.width - 310) / 2, top: 0 } as const;

/** What is seen of it: an oval, as parts of its size, that leaves out the captions in its corners and at its bottom. */
const oval = { x: 0.5, y: 0.46, radiusX: 0.37, radiusY: 0.42 } as const;

export interface Look {
  readonly face: SampleFace;
  readonly coat: string;
}

/** A drawn body with the picture as its face, on nothing. PNG. */
export async function drawFigure({ face, coat }: Look): Promise<Buffer> {
  const picture = await sampleFace(face);
  const body = Buffer.from(bodyOf(coat, await skinOf(picture)));
  return sharp(body)
    .composite([{ input: await headOf(picture), left: head.left, top: head.top }])
    .png()
    .toBuffer();
}

/** The figure down to the chest, on a plain wall: a photo for enrollment. JPEG. */
export async function drawPortrait(look: Look): Promise<Buffer> {
  const figure = await sharp(await drawFigure(look))
    .extract({ left: 130, top: 0, width: 460, height: 480 })
    .toBuffer();
  return sharp({ create: { width: 460, height: 520, channels: 3, background: '#dfe5ea' } })
    .composite([{ input: figure, left: 0, top: 40 }])
    .jpeg({ quality: 92 })
    .toBuffer();
}

async function headOf(picture: Buffer): Promise<Buffer> {
  const { size } = head;
  const mask = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}">
    <radialGradient id="soft"><stop offset="0.93" stop-color="#fff"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>
    <ellipse cx="${size * oval.x}" cy="${size * oval.y}" rx="${size * oval.radiusX}" ry="${size * oval.radiusY}" fill="url(#soft)"/></svg>`;
  return sharp(picture)
    .resize(size, size, { kernel: 'lanczos3' })
    .sharpen({ sigma: 1 })
    .ensureAlpha()
    .composite([{ input: Buffer.from(mask), blend: 'dest-in' }])
    .png()
    .toBuffer();
}

/** The color of the cheeks, for neck and hands. */
async function skinOf(picture: Buffer): Promise<string> {
  const cheeks = await sharp(picture).extract({ left: 40, top: 55, width: 30, height: 20 }).toBuffer();
  const { channels } = await sharp(cheeks).stats();
  const [r = 0, g = 0, b = 0] = channels.map((channel) => Math.round(channel.mean));
  return `rgb(${r},${g},${b})`;
}

function bodyOf(coat: string, skin: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${figureSize.width}" height="${figureSize.height}" viewBox="0 0 720 1730">
  <ellipse cx="360" cy="1706" rx="250" ry="24" fill="#000" opacity="0.25"/>
  <path d="M300 215h120v110q-60 60-120 0z" fill="${skin}"/>
  <path d="M300 262q60 56 120 0v30q-60 50-120 0z" opacity="0.2"/>
  <path d="M262 900h90l-6 740h-84zM368 900h90v740h-84z" fill="#2b313b"/>
  <path d="M240 1640h112v56H224q-6-40 16-56zM368 1640h112q22 16 16 56H368z" fill="#1b1d22"/>
  <circle cx="152" cy="965" r="34" fill="${skin}"/><circle cx="568" cy="965" r="34" fill="${skin}"/>
  <path d="M300 285q60 66 120 0 120 22 150 96 36 250 32 570h-66q-14-240-46-380v440H230V571q-32 140-46 380h-66q-4-320 32-570 30-74 150-96z" fill="${coat}"/>
  <path d="M230 571v440h24V430zM490 571v440h-24V430z" opacity="0.18"/>
  <path d="M300 285l60 100 60-100q-60 62-120 0z" fill="#f2efe9"/>
  <path d="M357 385h6v626h-6z" opacity="0.3"/>
</svg>`;
}
