import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaceReader } from '@rollcall/faces/face-reader';
import { photoProblem } from '@rollcall/faces/photo-limits';
import { distanceOf, scalarProduct, similarityAt } from '@rollcall/faces/similarity';
import { silentLog } from '@rollcall/kit/log';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPeople, demoWalkers } from './demo-people.ts';
import { drawPortrait } from './draw-figure.ts';
import { prepareDemo } from './prepare-demo.ts';

const hasFfmpeg = (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, 'ffmpeg')));

describe('the demo', () => {
  let folder: string;
  let reader: FaceReader;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-demo-'));
    reader = await FaceReader.open({ cacheDir: join(folder, 'models') });
  });
  afterAll(async () => {
    await reader.close();
    await rm(folder, { recursive: true });
  });

  const vectorOf = async (picture: Uint8Array) => {
    const faces = await reader.read(picture);
    expect(photoProblem(faces)).toBeUndefined();
    return faces[0]?.vector ?? new Float32Array(128);
  };

  it('shows people who are recognized by a photo that is not enrolled, and a stranger who is not', async () => {
    const enrolled = await Promise.all(
      demoPeople.flatMap(({ name, coat, enrolled: faces }) =>
        faces.map(async (face) => ({ name, vector: await vectorOf(await drawPortrait({ face, coat })) })),
      ),
    );
    const seen: (string | null)[] = [];
    for (const walker of demoWalkers) {
      const vector = await vectorOf(await drawPortrait(walker));
      const ranked = enrolled
        .map((one) => ({ name: one.name, similarity: similarityAt(distanceOf(scalarProduct(one.vector, vector))) }))
        .sort((a, b) => b.similarity - a.similarity);
      const next = ranked.find((one) => one.name !== ranked[0]?.name);
      expect(next?.similarity).toBeLessThan(90);
      seen.push(ranked[0] && ranked[0].similarity > 97 ? ranked[0].name : null);
    }
    expect(seen).toEqual([...demoPeople.slice(0, 4).map((person) => person.name), null]);
  });

  it.runIf(hasFfmpeg)('renders a clip once, with faces large enough and quiet between the people', async () => {
    const demo = await prepareDemo({ dataDir: folder, log: silentLog });
    const { mtimeMs } = await stat(demo.clip);
    expect(demo.people.map((person) => person.photos.length)).toEqual([3, 2, 2, 1, 1]);
    expect((await prepareDemo({ dataDir: folder, log: silentLog })).clip).toBe(demo.clip);
    expect((await stat(demo.clip)).mtimeMs).toBe(mtimeMs);
    expect(await readdir(join(folder, 'demo'))).toHaveLength(1);

    const near = await frameAt(demo.clip, 2.8);
    const [face] = await reader.read(near);
    expect(face?.box.width).toBeGreaterThan(100);
    const quiet = await Promise.all([0, 4, 5, 6].map((second) => frameAt(demo.clip, second)));
    const levels = await Promise.all(quiet.slice(1).map((frame) => difference(frame, quiet[1] ?? frame)));
    expect(Math.max(...levels)).toBeLessThan(2);
  });
});

async function frameAt(clip: string, second: number): Promise<Buffer> {
  const args = [
    '-v',
    'error',
    '-ss',
    `${second}`,
    '-i',
    clip,
    '-frames:v',
    '1',
    '-f',
    'image2pipe',
    '-c:v',
    'png',
    '-',
  ];
  return execFileSync('ffmpeg', args, { maxBuffer: 20_000_000 });
}

/** Mean of the differences of two pictures, 0 to 255. */
async function difference(a: Buffer, b: Buffer): Promise<number> {
  const apart = await sharp(a)
    .composite([{ input: b, blend: 'difference' }])
    .removeAlpha()
    .toBuffer();
  const { channels } = await sharp(apart).stats();
  return Math.max(...channels.map((channel) => channel.mean));
}
