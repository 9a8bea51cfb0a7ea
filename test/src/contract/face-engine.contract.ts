import type { FaceEngine } from '@rollcall/cloud/ports/face-engine';
import type { Table } from '@rollcall/cloud/ports/table';
import { VectorStore } from '@rollcall/cloud/store/vector-store';
import { OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';
import { sampleFace } from '@rollcall/faces/sample-faces';
import sharp from 'sharp';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portrait, scene, wall } from './face-pictures.ts';

/** What the engines have beyond the port, for what re-indexes. */
export type ReindexableEngine = FaceEngine & {
  stalePhotos(org: OrganizationId): Promise<readonly { personId: PersonId; photoId: PhotoId }[]>;
};

/** A driver under test. */
export interface FaceEngineDriver {
  readonly name: string;
  /** Whether it can compare two faces that resemble nobody; if not, why. */
  readonly comparesStrangers: true | { readonly because: string };
  open(): Promise<{ readonly engine: ReindexableEngine; readonly table: Table; readonly close: () => Promise<void> }>;
}

const newOrg = () => OrganizationId.parse(`org-${ulid().toLowerCase()}`);
const newPerson = () => PersonId.parse(ulid());
const newPhoto = () => PhotoId.parse(ulid());

/** One man, in as many photos as there are columns; and others, of whom no two are alike. */
const man = (column: number) => ({ row: 0, column });
const another = { row: 3, column: 3 };
const third = { row: 4, column: 4 };

/** What every `FaceEngine` answers, with faces out of a picture that an npm package ships. */
export function faceEngineContract(driver: FaceEngineDriver): void {
  describe(`FaceEngine by ${driver.name}`, () => {
    let opened: Awaited<ReturnType<FaceEngineDriver['open']>>;
    let engine: ReindexableEngine;

    beforeAll(async () => {
      opened = await driver.open();
      engine = opened.engine;
    });
    afterAll(() => opened.close());

    async function facesIn(picture: Uint8Array) {
      return (await engine.search(newOrg(), picture)).map(({ face }) => face);
    }

    it('finds every face, largest first, in pixels of the picture', async () => {
      const faces = await facesIn(await scene([another, 100], [man(0), 180]));
      expect(faces).toHaveLength(2);
      const [large, small] = faces;
      expect(large?.box.width).toBeGreaterThan(small?.box.width ?? 0);
      // Each tile is drawn as wide as said, from the left; a face fills some 0.6 of it.
      expect(large?.box.x).toBeGreaterThan(100);
      expect(small?.box.x).toBeLessThan(60);
      for (const face of faces) {
        expect(face.confidence).toBeGreaterThan(50);
        expect(face.quality.sharpness).toBeGreaterThan(0);
        expect(face.quality.brightness).toBeGreaterThan(10);
        // A search of Rekognition does not tell.
        expect(Math.abs(face.pose?.yaw ?? 0)).toBeLessThan(45);
      }
    });

    it('finds nobody where nobody is', async () => {
      expect(await engine.search(newOrg(), await wall())).toEqual([]);
    });

    it('reads JPEG, PNG and WebP, and pictures that lie on their side', async () => {
      const face = sharp(await portrait(man(0)));
      const lying = await sharp(await portrait(man(0)))
        .rotate(90)
        .jpeg()
        .withMetadata({ orientation: 8 })
        .toBuffer();
      for (const picture of [await face.clone().png().toBuffer(), await face.clone().webp().toBuffer(), lying]) {
        const [found] = await facesIn(picture);
        expect(found?.box.y).toBeGreaterThan(60);
        expect(Math.abs(found?.pose?.roll ?? 0)).toBeLessThan(30);
      }
    });

    it('says what is no picture', async () => {
      const notAnImage = { code: 'not-an-image' };
      const cutOff = (await portrait(man(0))).subarray(0, 2_000);
      for (const bytes of [Buffer.from('text'), Buffer.from('<svg/>'), cutOff, Buffer.alloc(0)]) {
        await expect(engine.search(newOrg(), bytes)).rejects.toMatchObject(notAnImage);
        await expect(engine.index(newOrg(), newPerson(), newPhoto(), bytes)).rejects.toMatchObject(notAnImage);
      }
    });

    it('knows whom it was shown, best first, each person once', async () => {
      const [org, one, two] = [newOrg(), newPerson(), newPerson()];
      await engine.index(org, one, newPhoto(), await portrait(man(0)));
      await engine.index(org, one, newPhoto(), await portrait(man(4)));
      await engine.index(org, two, newPhoto(), await portrait(another));
      const [seen] = await engine.search(org, await portrait(man(6)));
      expect(seen?.problem).toBeUndefined();
      // The runner-up too, however unlikely: who stands out is told by it.
      expect(seen?.candidates.map(({ personId }) => personId)).toEqual([one, two]);
      expect(seen?.candidates[0]?.similarity).toBeGreaterThan(95);
      for (const { similarity } of seen?.candidates.slice(1) ?? []) expect(similarity).toBeLessThan(80);
      const [other] = await engine.search(org, await portrait(another, 150));
      expect(other?.candidates[0]?.personId).toBe(two);
    });

    it('names at most five', async () => {
      const org = newOrg();
      for (const column of [1, 3, 5, 7, 9, 11]) {
        await engine.index(org, newPerson(), newPhoto(), await portrait({ row: 2, column }));
      }
      const [seen] = await engine.search(org, await portrait(third));
      expect(seen?.candidates.length).toBeLessThanOrEqual(5);
      const all = await engine.searchTogether(org, [seen?.evidence ?? '', seen?.evidence ?? '']);
      expect(all.length).toBeLessThanOrEqual(5);
    });

    it('looks at every face of a picture', async () => {
      const [org, one, two] = [newOrg(), newPerson(), newPerson()];
      await engine.index(org, one, newPhoto(), await portrait(man(0)));
      await engine.index(org, two, newPhoto(), await portrait(another));
      const seen = await engine.search(org, await scene([man(2), 110], [another, 190]));
      expect(seen.map((face) => face.candidates[0]?.personId)).toEqual([two, one]);
      expect(seen[0]?.face.box.width).toBeGreaterThan(seen[1]?.face.box.width ?? 0);
    });

    it('keeps organizations apart', async () => {
      const [here, there, person] = [newOrg(), newOrg(), newPerson()];
      await engine.index(here, person, newPhoto(), await portrait(man(0)));
      const [seen] = await engine.search(there, await portrait(man(0)));
      expect(seen?.candidates).toEqual([]);
      expect(await engine.delete(there, person)).toBe(0);
      const [still] = await engine.search(here, await portrait(man(0)));
      expect(still?.candidates[0]?.personId).toBe(person);
    });

    it('indexes the largest face, and nobody where nobody is', async () => {
      const [org, person] = [newOrg(), newPerson()];
      await expect(engine.index(org, person, newPhoto(), await wall())).rejects.toMatchObject({ code: 'no-face' });
      expect(await engine.delete(org, person)).toBe(0);
      await engine.index(org, person, newPhoto(), await scene([another, 90], [man(0), 200]));
      const [bystander] = await engine.search(org, await portrait(another));
      const [subject] = await engine.search(org, await portrait(man(3)));
      expect(subject?.candidates[0]?.similarity).toBeGreaterThan(95);
      expect(bystander?.candidates[0]?.similarity ?? 0).toBeLessThan(80);
    });

    it('replaces the face of a photo that is indexed again', async () => {
      const [org, person, photo] = [newOrg(), newPerson(), newPhoto()];
      const stamp = await engine.index(org, person, photo, await portrait(another));
      expect(stamp).toMatchObject({ engine: expect.stringMatching(/^[a-z]+$/), version: expect.stringMatching(/./) });
      expect(await engine.index(org, person, photo, await portrait(man(0)))).toEqual(stamp);
      const [before] = await engine.search(org, await portrait(another));
      expect(before?.candidates[0]?.similarity ?? 0).toBeLessThan(80);
      expect(await engine.delete(org, person)).toBe(1);
    });

    it('forgets a photo, then the person, and says how much it was', async () => {
      const [org, person, other] = [newOrg(), newPerson(), newPerson()];
      const photos = [newPhoto(), newPhoto(), newPhoto()] as const;
      await engine.index(org, person, photos[0], await portrait(man(0)));
      await engine.index(org, person, photos[1], await portrait(man(4)));
      await engine.index(org, person, photos[2], await portrait(man(8)));
      await engine.index(org, other, newPhoto(), await portrait(another));
      expect(await engine.delete(org, person, newPhoto())).toBe(0);
      expect(await engine.delete(org, person, photos[0])).toBe(1);
      expect(await engine.delete(org, person, photos[0])).toBe(0);
      const [still] = await engine.search(org, await portrait(man(6)));
      expect(still?.candidates[0]?.personId).toBe(person);
      expect(await engine.delete(org, person)).toBe(2);
      expect(await engine.delete(org, person)).toBe(0);
      const [gone] = await engine.search(org, await portrait(man(6)));
      expect(gone?.candidates.map(({ personId }) => personId)).not.toContain(person);
      const [left] = await engine.search(org, await portrait(another));
      expect(left?.candidates[0]?.personId).toBe(other);
    });

    it('keeps of a face what is small and printable, and knows by it who several pictures are', async () => {
      const [org, one, two] = [newOrg(), newPerson(), newPerson()];
      await engine.index(org, one, newPhoto(), await portrait(man(0)));
      await engine.index(org, two, newPhoto(), await portrait(another));
      const seen = await Promise.all(
        [1, 2, 3].map(async (column) => (await engine.search(org, await portrait(man(column))))[0]?.evidence ?? ''),
      );
      for (const evidence of seen) {
        expect(evidence).toMatch(/^[\x20-\x7e]+$/);
        expect(evidence.length).toBeLessThan(2_048);
      }
      const together = await engine.searchTogether(org, seen);
      expect(together[0]?.personId).toBe(one);
      expect(together[0]?.similarity).toBeGreaterThan(95);
      expect(together[1]?.similarity ?? 0).toBeLessThan(80);
      expect(await engine.searchTogether(org, [])).toEqual([]);
    });

    it('tells people of one passage apart who are enrolled', async () => {
      const [org, one, two] = [newOrg(), newPerson(), newPerson()];
      await engine.index(org, one, newPhoto(), await portrait(man(0)));
      await engine.index(org, two, newPhoto(), await portrait(another));
      const evidence = async (picture: Promise<Buffer>) => (await engine.search(org, await picture))[0]?.evidence ?? '';
      const [a, b, other] = [
        await evidence(portrait(man(1))),
        await evidence(portrait(man(2))),
        await evidence(portrait(another, 150)),
      ];
      expect(engine.isSamePerson(a, b)).toBe(true);
      expect(engine.isSamePerson(a, other)).toBe(false);
      expect(engine.isSamePerson(other, a)).toBe(false);
      const stranger = await evidence(portrait(third));
      expect(engine.isSamePerson(a, stranger)).toBe(false);
    });

    const { comparesStrangers } = driver;
    const not = comparesStrangers === true ? '' : `: not here, ${comparesStrangers.because}`;
    it.skipIf(comparesStrangers !== true)(`tells people of one passage apart whom nobody knows${not}`, async () => {
      const org = newOrg();
      const evidence = async (picture: Promise<Buffer>) => (await engine.search(org, await picture))[0]?.evidence ?? '';
      const [a, b, other] = [
        await evidence(portrait(man(1))),
        await evidence(portrait(man(2))),
        await evidence(portrait(third)),
      ];
      expect(engine.isSamePerson(a, b)).toBe(true);
      expect(engine.isSamePerson(a, other)).toBe(false);
    });

    it('makes nothing of what another engine saw', async () => {
      const foreign = 'some-engine/1 0.90 []';
      expect(await engine.searchTogether(newOrg(), [foreign])).toEqual([]);
      expect(engine.isSamePerson(foreign, foreign)).toBe(false);
      expect(engine.isSamePerson('', '')).toBe(false);
    });

    it('names the photos that another engine indexed, until they are indexed again', async () => {
      const [org, person, old, current] = [newOrg(), newPerson(), newPhoto(), newPhoto()];
      await engine.index(org, person, current, await portrait(another));
      expect(await engine.stalePhotos(org)).toEqual([]);
      const stamp = { engine: 'some-engine', version: '1' };
      await new VectorStore(opened.table).put(org, { personId: person, photoId: old, stamp, vector: 'whatever' });
      expect(await engine.stalePhotos(org)).toEqual([{ personId: person, photoId: old }]);
      await engine.index(org, person, old, await portrait(man(0)));
      expect(await engine.stalePhotos(org)).toEqual([]);
      expect(await engine.delete(org, person)).toBe(2);
    });

    it('takes pictures at once, and photos of one person', async () => {
      const [org, person] = [newOrg(), newPerson()];
      await Promise.all([0, 4, 8].map(async (n) => engine.index(org, person, newPhoto(), await portrait(man(n)))));
      const seen = await Promise.all([1, 2, 3].map(async (n) => engine.search(org, await portrait(man(n)))));
      expect(seen.map(([face]) => face?.candidates[0]?.personId)).toEqual([person, person, person]);
      expect(await engine.delete(org, person)).toBe(3);
    });

    it('reads what is cut out close to a face', async () => {
      const [face] = await facesIn(await sampleFace(man(0)));
      expect(face?.box.width).toBeGreaterThan(40);
    });
  });
}
