import { type OrganizationId, PersonId } from '@rollcall/contract/ids';
import { InvalidInput, Unavailable } from '@rollcall/kit/app-error';
import { z } from 'zod';
import type { Candidate, EngineStamp, FaceEngine, SearchedFace } from '../ports/face-engine.ts';

const Drawing = z.array(
  z.object({
    who: z.string(),
    like: z.record(z.string(), z.number()).optional(),
    width: z.number().optional(),
    sharpness: z.number().optional(),
  }),
);
/** What a test draws: who it is really, whom the engine finds similar, and how good it is. */
export type DrawnFace = z.infer<typeof Drawing>[number];

/** A "JPEG" that the engine of tests reads: its faces as JSON behind a JPEG's first bytes. */
export function drawing(faces: readonly DrawnFace[]): Uint8Array {
  return Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, ...new TextEncoder().encode(JSON.stringify(faces))]);
}

/** Reads drawings. Several looks at a face are averaged, as vectors are. */
export class DrawingEngine implements FaceEngine {
  /** Set to let it be away. */
  isAway = false;
  searches = 0;
  /** Set to let each search cost something. */
  isPaid = false;

  index(): Promise<EngineStamp> {
    return Promise.resolve({ engine: 'drawing', version: '1' });
  }

  async search(_org: OrganizationId, image: Uint8Array): Promise<readonly SearchedFace[]> {
    this.searches++;
    if (this.isAway) throw new Unavailable('the engine is away');
    return this.#read(image);
  }

  searchTogether(_org: OrganizationId, seen: readonly string[]): Promise<readonly Candidate[]> {
    return Promise.resolve(candidatesOf(Drawing.parse(seen.map((one) => JSON.parse(one)))));
  }

  isSamePerson(a: string, b: string): boolean {
    const [one, other] = Drawing.parse([JSON.parse(a), JSON.parse(b)]);
    return one?.who === other?.who;
  }

  delete(): Promise<number> {
    return Promise.resolve(0);
  }

  #read(image: Uint8Array): SearchedFace[] {
    try {
      return Drawing.parse(JSON.parse(new TextDecoder().decode(image.subarray(4)))).map(searchedFace);
    } catch (cause) {
      throw new InvalidInput('expected a picture', { code: 'not-an-image', cause });
    }
  }
}

function searchedFace(drawn: DrawnFace): SearchedFace {
  const width = drawn.width ?? 100;
  return {
    face: {
      box: { x: 10, y: 10, width, height: width },
      confidence: 99,
      pose: { yaw: 0, pitch: 0, roll: 0 },
      quality: { sharpness: drawn.sharpness ?? 50, brightness: 50 },
    },
    evidence: JSON.stringify(drawn),
    candidates: candidatesOf([drawn]),
  };
}

function candidatesOf(faces: readonly DrawnFace[]): Candidate[] {
  const sums = new Map<string, number>();
  for (const face of faces) {
    for (const [id, similarity] of Object.entries(face.like ?? {})) sums.set(id, (sums.get(id) ?? 0) + similarity);
  }
  return [...sums]
    .map(([id, sum]) => ({ personId: PersonId.parse(id), similarity: sum / faces.length }))
    .sort((a, b) => b.similarity - a.similarity);
}
