import { readFile } from 'node:fs/promises';
import { VectorIndex } from '@rollcall/cloud/adapters/local/vector-index';
import { faceProblem } from '@rollcall/cloud/domain/face-gate';
import { PersonId, PhotoId } from '@rollcall/contract/ids';
import type { FoundFace } from '@rollcall/faces/face';
import type { FaceReader } from '@rollcall/faces/face-reader';
import sharp from 'sharp';
import { monotonicFactory } from 'ulid';
import type { SplitPicture } from './face-split.ts';
import type { Search } from './identification.ts';
import { progress } from './progress.ts';

/** A search with what the face gate said of the face. */
export interface GatedSearch extends Search {
  readonly candidates: readonly { readonly personId: PersonId; readonly similarity: number }[];
  /** Null: fit for recognition. */
  readonly problem: string | null;
}

export interface Gallery {
  readonly searches: readonly GatedSearch[];
  readonly people: number;
  /** Pictures in which no face was found. */
  readonly faceless: number;
  /** Per picture, from bytes to vectors. */
  readonly times: readonly { readonly wallMs: number; readonly cpuMs: number }[];
}

/** Enrolls and searches the pictures of a split as the embedded engine would. `truth` is in terms of the person ids of the candidates. */
export async function searchGallery(reader: FaceReader, pictures: readonly SplitPicture[]): Promise<Gallery> {
  const newId = monotonicFactory();
  const index = new VectorIndex();
  const ids = new Map<string, PersonId>();
  const times: { wallMs: number; cpuMs: number }[] = [];
  const probes: { picture: SplitPicture; face: FoundFace | undefined }[] = [];
  let faceless = 0;
  const bar = progress('faces', pictures.length);
  for (const picture of pictures) {
    const image = await readFile(picture.file);
    const [cpu, wall] = [process.cpuUsage(), performance.now()];
    const face = await middleFace(await reader.read(image), image);
    const { user, system } = process.cpuUsage(cpu);
    times.push({ wallMs: performance.now() - wall, cpuMs: (user + system) / 1000 });
    if (!face) faceless++;
    if (picture.role !== 'enrol') probes.push({ picture, face });
    else {
      const id = ids.get(picture.identity) ?? PersonId.parse(newId());
      ids.set(picture.identity, id);
      if (face?.vector) index.put(id, PhotoId.parse(newId()), face.vector);
    }
    bar.step();
  }
  bar.done();
  const searches = probes.map(({ picture, face }) => ({
    truth: picture.role === 'stranger' ? null : (ids.get(picture.identity) ?? 'nobody enrolled'),
    candidates: face?.vector ? index.search({ vector: face.vector, handicap: 0 }, 5) : [],
    problem: face ? faceProblem(face) : 'no face',
  }));
  return { searches, people: ids.size, faceless, times };
}

/** LFW's pictures are of whom they show in the middle, not of whoever is largest. */
async function middleFace(faces: readonly FoundFace[], image: Buffer): Promise<FoundFace | undefined> {
  if (faces.length < 2) return faces[0];
  const { width, height } = (await sharp(image).metadata()).autoOrient;
  const off = ({ box }: FoundFace) => Math.hypot(box.x + (box.width - width) / 2, box.y + (box.height - height) / 2);
  return faces.toSorted((a, b) => off(a) - off(b))[0];
}
