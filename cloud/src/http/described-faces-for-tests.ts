import type { OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';
import { InvalidInput } from '@rollcall/kit/app-error';
import type { Candidate, EngineStamp, Face, FaceEngine, SearchedFace } from '../ports/face-engine.ts';

/**
 * An engine for pictures that are described and not drawn: `anna:200 ben:90` is a picture with Anna's face, 200 px wide, and Ben's;
 * `anna:200:5` is blurred. The same name is the same face, similarity 99; others are not alike at all.
 */
export class DescribedFaces implements FaceEngine {
  readonly isPaid = false;
  readonly #indexed: { org: OrganizationId; personId: PersonId; photoId: PhotoId; name: string }[] = [];

  index(org: OrganizationId, personId: PersonId, photoId: PhotoId, image: Uint8Array): Promise<EngineStamp> {
    this.#indexed.push({ org, personId, photoId, name: read(image)[0]?.name ?? '' });
    return Promise.resolve({ engine: 'described', version: '1' });
  }

  search(org: OrganizationId, image: Uint8Array): Promise<readonly SearchedFace[]> {
    const found = read(image).map(({ name, face }) => ({ face, evidence: name, candidates: this.#alike(org, name) }));
    return Promise.resolve(found);
  }

  searchTogether(org: OrganizationId, seen: readonly string[]): Promise<readonly Candidate[]> {
    return Promise.resolve(this.#alike(org, seen[0] ?? ''));
  }

  isSamePerson(a: string, b: string): boolean {
    return a === b;
  }

  delete(org: OrganizationId, personId: PersonId, photoId?: PhotoId): Promise<number> {
    const before = this.#indexed.length;
    const kept = this.#indexed.filter(
      (one) => one.org !== org || one.personId !== personId || (photoId !== undefined && one.photoId !== photoId),
    );
    this.#indexed.splice(0, before, ...kept);
    return Promise.resolve(before - kept.length);
  }

  /** How many vectors there are. */
  get size(): number {
    return this.#indexed.length;
  }

  #alike(org: OrganizationId, name: string): Candidate[] {
    const ids = this.#indexed.filter((one) => one.org === org && one.name === name).map((one) => one.personId);
    return [...new Set(ids)].map((personId) => ({ personId, similarity: 99 }));
  }
}

/** The bytes of a picture so described. */
export function described(faces: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`picture ${faces}`);
}

/** Takes what is described as it is. */
export function keepDescribed(image: Uint8Array): Promise<Uint8Array> {
  return Promise.resolve().then(() => {
    read(image);
    return image;
  });
}

function read(image: Uint8Array): { name: string; face: Face }[] {
  const [kind, ...faces] = new TextDecoder().decode(image).trim().split(' ');
  if (kind !== 'picture') throw new InvalidInput('expected a described picture', { code: 'not-an-image' });
  return faces
    .map((one) => {
      const [name = '', width = '200', sharpness = '80'] = one.split(':');
      const box = { x: 0, y: 0, width: Number(width), height: Number(width) };
      const pose = { yaw: 0, pitch: 0, roll: 0 };
      return { name, face: { box, confidence: 99, pose, quality: { sharpness: Number(sharpness), brightness: 50 } } };
    })
    .sort((a, b) => b.face.box.width - a.face.box.width);
}
