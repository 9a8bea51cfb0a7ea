import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FoundFace } from './face.ts';
import { FaceReader } from './face-reader.ts';
import { humanFolder } from './models/face-models.ts';
import { photoProblem } from './photo-limits.ts';
import { distanceOf, scalarProduct } from './similarity.ts';

const fixtures = process.env['ROLLCALL_FIXTURES'] ?? new URL('../../../../shared/fixtures', import.meta.url).pathname;
const lfw = join(fixtures, 'faces/lfw_dev');

type DescribedFace = FoundFace & { readonly vector: Float32Array };

let cacheDir: string;
let reader: FaceReader;

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'faces-'));
  reader = await FaceReader.open({ cacheDir });
});

afterAll(async () => {
  await reader.close();
  await rm(cacheDir, { recursive: true });
});

/**
 * One of the 6 × 18 small faces in a screenshot that @vladmandic/human ships, with a border. The first row, and the first of the second,
 * are one man.
 */
async function tile(row: number, column: number): Promise<Sharp> {
  const border = { top: 60, bottom: 60, left: 60, right: 60, background: 'gray' };
  const picture = await sharp(join(humanFolder(), 'assets/screenshot-facematch.jpg'))
    .extract({
      left: Math.round((column * 1920) / 18),
      top: Math.round(280 + (row * 674) / 6),
      width: 106,
      height: 112,
    })
    .extend(border)
    .png()
    .toBuffer();
  // A pipeline of its own, so that what follows is applied to the border too.
  return sharp(picture);
}

async function largest(picture: Sharp): Promise<DescribedFace> {
  const [face] = await reader.read(await picture.jpeg({ quality: 95 }).toBuffer());
  if (!face?.vector) throw new Error('expected a face with its vector');
  return { ...face, vector: face.vector };
}

function lfwPhoto(name: string, number: number): Promise<Buffer> {
  return readFile(join(lfw, name, `${name}_000${number}.jpg`));
}

function distance(a: DescribedFace, b: DescribedFace): number {
  return distanceOf(scalarProduct(a.vector, b.vector));
}

describe('FaceReader', () => {
  it('finds the one face of each of 108 small pictures, and tells one man from all others', async () => {
    const faces: DescribedFace[] = [];
    for (let row = 0; row < 6; row++)
      for (let column = 0; column < 18; column++) faces.push(await largest(await tile(row, column)));
    const [first, ...rest] = faces;
    if (!first) throw new Error('expected a first face');
    const distances = rest.map((face) => distance(first, face));
    expect(Math.max(...distances.slice(0, 18))).toBeLessThan(0.315);
    expect(Math.min(...distances.slice(18))).toBeGreaterThan(0.36);
  });

  it('gives the vector that it always gave; if this changes, so must the pipeline version', async () => {
    const { vector } = await largest(await tile(0, 0));
    expect(scalarProduct(vector, vector)).toBeCloseTo(1, 5);
    const stored = [-0.0791, 0.04349, 0.04914, -0.05476, -0.05598, -0.06357, -0.04443, -0.12175];
    for (const [i, value] of stored.entries()) expect(Math.abs((vector[i] ?? 0) - value)).toBeLessThan(2e-3);
  });

  it('says where a face is, in pixels of the picture as it came, however it is turned and scaled', async () => {
    const upright = await largest(await tile(0, 0));
    const doubled = await largest((await tile(0, 0)).resize({ width: 2 * 226 }));
    expect(doubled.box.x / upright.box.x).toBeCloseTo(2, 1);
    expect(doubled.box.width / upright.box.width).toBeCloseTo(2, 1);
    const turned = await (await tile(0, 0))
      .rotate(90)
      .withMetadata({ orientation: 8 })
      .jpeg({ quality: 95 })
      .toBuffer();
    const [again] = await reader.read(turned);
    expect(Math.abs((again?.box.x ?? 0) - upright.box.x)).toBeLessThan(3);
    expect(Math.abs((again?.box.y ?? 0) - upright.box.y)).toBeLessThan(3);
  });

  it('knows a leaning head, and which way it leans and looks', async () => {
    const upright = await largest(await tile(0, 3));
    const leaning = await largest((await tile(0, 3)).rotate(25, { background: 'gray' }));
    expect(leaning.pose.roll - upright.pose.roll).toBeCloseTo(25, -1);
    expect(distance(upright, leaning)).toBeLessThan(0.25);
    const mirrored = await largest((await tile(0, 3)).flop());
    expect(mirrored.pose.yaw).toBeCloseTo(-upright.pose.yaw, -1);
    expect(distance(upright, mirrored)).toBeLessThan(0.1);
  });

  it('finds a far face in a large scene, largest first, and each once', async () => {
    const near = await (await tile(0, 0)).png().toBuffer();
    const far = await (await tile(3, 3)).resize({ width: 110 }).png().toBuffer();
    const scene = await sharp({ create: { width: 1920, height: 1080, channels: 3, background: '#776655' } })
      .composite([
        { input: far, left: 900, top: 400 },
        { input: near, left: 300, top: 500 },
      ])
      .jpeg({ quality: 95 })
      .toBuffer();
    const faces = await reader.read(scene, { describe: false });
    expect(faces).toHaveLength(2);
    expect(faces[0]?.box.x).toBeLessThan(600);
    expect(faces[1]?.box.width).toBeLessThan(45);
    expect(faces.every((face) => face.vector === undefined)).toBe(true);
  });

  it('looks only where it is told, in a picture that is stored turned, and says where in the same pixels', async () => {
    const scene = await sharp({ create: { width: 800, height: 600, channels: 3, background: '#776655' } })
      .composite([
        { input: await (await tile(0, 0)).png().toBuffer(), left: 40, top: 60 },
        { input: await (await tile(3, 3)).png().toBuffer(), left: 500, top: 300 },
      ])
      .png()
      .toBuffer();
    const turned = await sharp(scene).rotate(90).withMetadata({ orientation: 8 }).jpeg({ quality: 95 }).toBuffer();
    const within = { x: 250, y: 0, width: 350, height: 400 };
    const faces = await reader.read(turned, { describe: false, measure: true, within, boxes: 'stored' });
    expect(faces).toHaveLength(1);
    const { x = 0, y = 0, width = 0, height = 0 } = faces[0]?.box ?? {};
    // 113 by 116 pixels into the tile at 40, 60 of the upright scene.
    expect(Math.abs(x + width / 2 - (600 - 60 - 116))).toBeLessThan(12);
    expect(Math.abs(y + height / 2 - (40 + 113))).toBeLessThan(12);
  });

  it('measures eyes and light when it is asked to', async () => {
    const picture = await (await tile(0, 0)).jpeg({ quality: 95 }).toBuffer();
    const glaring = await (await tile(0, 0)).linear(2.2, 60).jpeg({ quality: 95 }).toBuffer();
    const [face] = await reader.read(picture, { describe: false, measure: true });
    const [white] = await reader.read(glaring, { describe: false, measure: true });
    // Eyes are some 0.45 of a face's width apart.
    expect((face?.measures?.eyePixels ?? 0) / (face?.box.width ?? 1)).toBeCloseTo(0.45, 1);
    expect(face?.measures?.white).toBeLessThan(2);
    expect(white?.measures?.white).toBeGreaterThan(20);
  });

  it('finds the same faces without the descriptor, and has no vectors then', async () => {
    const finder = await FaceReader.open({ cacheDir, descriptor: false });
    const picture = await (await tile(0, 5)).jpeg({ quality: 95 }).toBuffer();
    const [found] = await finder.read(picture);
    expect(found).toEqual((await reader.read(picture, { describe: false }))[0]);
    expect(found?.vector).toBeUndefined();
    await finder.close();
  });

  it('finds nobody in a plain wall or in noise', async () => {
    const noise = { type: 'gaussian' as const, mean: 120, sigma: 30 };
    for (const width of [640, 1920]) {
      const create = { width, height: 600, channels: 3 as const, background: '#776655' };
      expect(await reader.read(await sharp({ create }).jpeg().toBuffer())).toEqual([]);
      expect(
        await reader.read(
          await sharp({ create: { ...create, noise } })
            .jpeg()
            .toBuffer(),
        ),
      ).toEqual([]);
    }
  });

  it.each([3, 4, 5])(
    'says of a face blurred by %d pixels that it is blurred, not that there is none',
    async (sigma) => {
      const [face] = await reader.read(await (await tile(0, 0)).blur(sigma).jpeg({ quality: 95 }).toBuffer());
      expect(photoProblem(face ? [face] : [])).toBe('too-blurred');
    },
  );

  it('refuses what is not a picture', async () => {
    await expect(reader.read(Buffer.from('text'))).rejects.toMatchObject({ code: 'not-an-image' });
  });
});

describe.skipIf(!existsSync(lfw))('FaceReader on LFW (skipped without the fixtures: set ROLLCALL_FIXTURES)', () => {
  it('takes an ordinary press photo for enrollment, and none that is blurred to uselessness', async () => {
    const good = await lfwPhoto('Al_Sharpton', 1);
    expect(photoProblem(await reader.read(good))).toBeUndefined();
    for (const sigma of [4, 5, 6]) {
      expect(photoProblem(await reader.read(await sharp(good).blur(sigma).jpeg().toBuffer()))).toBe('too-blurred');
    }
  });

  it('finds two photos of one person nearer than photos of two people', async () => {
    const a = await largest(sharp(await lfwPhoto('Al_Sharpton', 1)));
    const b = await largest(sharp(await lfwPhoto('Al_Sharpton', 2)));
    const other = await largest(sharp(await lfwPhoto('Andy_Roddick', 1)));
    expect(distance(a, b)).toBeLessThan(0.378);
    expect(distance(a, other)).toBeGreaterThan(0.41);
  });
});
