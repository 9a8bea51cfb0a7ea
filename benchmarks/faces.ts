import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VectorIndex } from '@rollcall/cloud/adapters/local/vector-index';
import { PersonId, PhotoId } from '@rollcall/contract/ids';
import { unitVector, vectorLength } from '@rollcall/faces/describe-face';
import { FaceReader } from '@rollcall/faces/face-reader';
import { Misconfigured } from '@rollcall/kit/app-error';
import sharp from 'sharp';
import { monotonicFactory } from 'ulid';
import type { Benchmark } from './benchmark.ts';
import { engineSpeed } from './engine.ts';
import { type Gallery, searchGallery } from './face-gallery.ts';
import { reportFaces } from './face-report.ts';
import { readSplit, type SplitPicture } from './face-split.ts';
import { fixture } from './fixtures.ts';
import { median } from './median.ts';

/** How well and how fast the embedded engine recognizes the people of a split of pictures. */
export const faces: Benchmark = {
  name: 'faces',
  summary:
    'Identification by the embedded engine: enrolled people, their other pictures, and strangers; and its speed.',
  configure(command) {
    command.option(
      '--split <tsv>',
      'role (enrol, probe, stranger), identity and path per line; default: the LFW fixture',
    );
    command.option('--root <dir>', 'folder that the paths are under');
  },
  async run({ split, root }) {
    const tsv = split ?? fixture('faces/lfw_dev.tsv');
    const folder = root ?? fixture('faces');
    if (!tsv || !folder)
      throw new Misconfigured('faces: expected --split and --root, or the fixtures under ROLLCALL_FIXTURES');
    const pictures = await readSplit(tsv, folder);
    const gallery = await galleryOf(pictures);
    const images = await Promise.all(pictures.slice(0, 60).map((picture) => readFile(picture.file)));
    const speeds = {
      oneWorker: await engineSpeed(images, 1),
      twoWorkers: await engineSpeed(images, 2),
      door720p: await engineSpeed([await doorScene(images)], 2),
    };
    return { ...reportFaces(pictures, gallery, speeds, searchMs()), publish: split === undefined };
  },
};

async function galleryOf(pictures: readonly SplitPicture[]): Promise<Gallery> {
  sharp.concurrency(1);
  const cacheDir = await mkdtemp(join(tmpdir(), 'rollcall-faces-'));
  const reader = await FaceReader.open({ cacheDir });
  try {
    return await searchGallery(reader, pictures);
  } finally {
    await reader.close();
    await rm(cacheDir, { recursive: true });
  }
}

/** Two people in a plain 720p scene. */
async function doorScene(images: readonly Buffer[]): Promise<Buffer> {
  const people = await Promise.all(images.slice(0, 2).map((image) => sharp(image).resize({ width: 250 }).toBuffer()));
  return sharp({ create: { width: 1280, height: 720, channels: 3, background: '#777069' } })
    .composite(people.map((input, i) => ({ input, left: 300 + i * 400, top: 150 })))
    .jpeg({ quality: 85 })
    .toBuffer();
}

/** Ms to search 30,000 photos of 10,000 people: the median of 21. */
function searchMs(): number {
  const newId = monotonicFactory();
  const index = new VectorIndex();
  for (let person = 0; person < 10_000; person++) {
    const id = PersonId.parse(newId());
    for (let photo = 0; photo < 3; photo++) index.put(id, PhotoId.parse(newId()), randomVector());
  }
  const times = Array.from({ length: 21 }, () => {
    const face = { vector: randomVector(), handicap: 0 };
    const from = performance.now();
    index.search(face, 5);
    return performance.now() - from;
  });
  return median(times);
}

function randomVector(): Float32Array {
  return unitVector(new Float32Array(vectorLength).map(() => Math.random() - 0.3));
}
