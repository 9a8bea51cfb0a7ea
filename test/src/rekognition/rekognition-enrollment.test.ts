import { DescribeCollectionCommand, ListFacesCommand, ListUsersCommand } from '@aws-sdk/client-rekognition';
import { collectionId } from '@rollcall/cloud/adapters/aws/rekognition-collections';
import type { RekognitionEngine } from '@rollcall/cloud/adapters/aws/rekognition-engine';
import { reindexPhotos } from '@rollcall/cloud/domain/reindex-photos';
import { VectorStore } from '@rollcall/cloud/store/vector-store';
import { OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';
import { silentLog } from '@rollcall/kit/log';
import sharp from 'sharp';
import { ulid } from 'ulid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { portrait } from '../contract/face-pictures.ts';
import { type EmulatorForTests, startEmulator } from './start-emulator.ts';

const man = (column: number) => ({ row: 0, column });
const another = { row: 3, column: 3 };

let test: EmulatorForTests;
let engine: RekognitionEngine;
let org: OrganizationId;
let person: PersonId;
const newPhoto = () => PhotoId.parse(ulid());

beforeAll(async () => {
  test = await startEmulator({ settleMs: 150 });
});
beforeEach(() => {
  engine = test.newEngine();
  org = OrganizationId.parse(`org-${ulid().toLowerCase()}`);
  person = PersonId.parse(ulid());
  test.emulator.resetCounts();
});
afterAll(() => test.stop());

const calls = () => Object.fromEntries(test.emulator.calls);
const inCollection = () => ({ CollectionId: collectionId('rollcall', org) });
const facesLeft = async () => (await test.client.send(new ListFacesCommand(inCollection()))).Faces ?? [];
const usersLeft = async () => (await test.client.send(new ListUsersCommand(inCollection()))).Users ?? [];

describe('RekognitionEngine, enrolling and forgetting', () => {
  it('enrolls by a user with faces named after photos, in the organization’s own collection', async () => {
    const [first, second] = [newPhoto(), newPhoto()];
    expect(await engine.index(org, person, first, await portrait(man(0)))).toEqual({
      engine: 'rekognition',
      version: '7.0',
    });
    expect(calls()).toEqual({ CreateCollection: 1, CreateUser: 1, IndexFaces: 1, AssociateFaces: 1 });
    await engine.index(org, person, second, await portrait(man(4)));
    const faces = await facesLeft();
    expect(faces.map((face) => face.UserId)).toEqual([person, person]);
    expect(new Set(faces.map((face) => face.ExternalImageId))).toEqual(new Set([first, second]));
    expect(await usersLeft()).toMatchObject([{ UserId: person }]);
  });

  it('adds nothing when an enrollment is repeated because its answer was lost', async () => {
    const photo = newPhoto();
    const picture = await portrait(man(0));
    await engine.index(org, person, photo, picture);
    await test.newEngine().index(org, person, photo, picture);
    expect(await facesLeft()).toHaveLength(1);
    expect(await engine.stalePhotos(org)).toEqual([]);
  });

  it('finds and removes what an enrollment left behind that died in the middle', async () => {
    const [kept, lost] = [newPhoto(), newPhoto()];
    await engine.index(org, person, kept, await portrait(man(0)));
    // CreateUser and IndexFaces go through, AssociateFaces and its retries do not.
    const failing = test.newEngine({
      onCall: (operation) => {
        if (operation === 'AssociateFaces') throw new Error('the process dies');
      },
    });
    await expect(failing.index(org, person, lost, await portrait(man(4)))).rejects.toThrow('dies');
    expect(await facesLeft()).toHaveLength(2);
    expect(await engine.stalePhotos(org)).toEqual([{ personId: person, photoId: lost }]);
    await engine.index(org, person, lost, await portrait(man(8)));
    expect(await facesLeft()).toHaveLength(2);
    expect(await engine.stalePhotos(org)).toEqual([]);
    expect(await engine.delete(org, person, lost)).toBe(1);
    expect((await facesLeft()).map((face) => face.ExternalImageId)).toEqual([kept]);
  });

  it('forgets a photo whose enrollment died in the middle', async () => {
    const photo = newPhoto();
    const failing = test.newEngine({
      onCall: (operation) => {
        if (operation === 'AssociateFaces') throw new Error('the process dies');
      },
    });
    await expect(failing.index(org, person, photo, await portrait(man(0)))).rejects.toThrow('dies');
    expect(await facesLeft()).toHaveLength(1);
    expect(await engine.delete(org, person, photo)).toBe(1);
    expect(await facesLeft()).toEqual([]);
  });

  it('leaves no face and no user of whom it forgets, also when it has to try again', async () => {
    for (const column of [0, 4]) await engine.index(org, person, newPhoto(), await portrait(man(column)));
    const dying = test.newEngine({
      onCall: (operation) => {
        if (operation === 'DeleteFaces') throw new Error('the process dies');
      },
    });
    await expect(dying.delete(org, person)).rejects.toThrow('dies');
    expect(await usersLeft()).toEqual([]);
    expect(await facesLeft()).toHaveLength(2);
    expect(await engine.delete(org, person)).toBe(2);
    expect(await facesLeft()).toEqual([]);
  });

  it('does not call a face deleted that the service keeps', async () => {
    await engine.index(org, person, newPhoto(), await portrait(man(0)));
    const other = PersonId.parse(ulid());
    await engine.index(org, other, newPhoto(), await portrait(another));
    const theirs = (await facesLeft()).find((face) => face.UserId === other)?.FaceId ?? '';
    // A record that is wrong: the face it names belongs to somebody else, so the service refuses.
    const stamp = { engine: 'rekognition', version: '7.0' };
    const store = new VectorStore(test.table);
    await store.put(org, { personId: person, photoId: newPhoto(), stamp, vector: theirs });
    await expect(engine.delete(org, person)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await store.of(org, person)).toHaveLength(2);
    expect(await facesLeft()).toHaveLength(1);
  });

  it('removes the user with the last photo', async () => {
    const photo = newPhoto();
    await engine.index(org, person, photo, await portrait(man(0)));
    await engine.delete(org, person, photo);
    expect(await usersLeft()).toEqual([]);
    expect(await facesLeft()).toEqual([]);
  });

  it('does not enroll a bystander when the largest face is no good', async () => {
    const dark = await sharp(await portrait(man(0), 300))
      .linear(0.1, 0)
      .toBuffer();
    const sharpOne = await portrait(another, 105);
    const picture = await sharp({ create: { width: 720, height: 420, channels: 3, background: 'gray' } })
      .composite([
        { input: dark, left: 0, top: 0 },
        { input: sharpOne, left: 460, top: 60 },
      ])
      .jpeg({ quality: 95 })
      .toBuffer();
    await expect(engine.index(org, person, newPhoto(), picture)).rejects.toMatchObject({
      code: 'no-face',
      message: expect.stringMatching('too dark'),
    });
    expect(await facesLeft()).toEqual([]);
    expect(await new VectorStore(test.table).of(org, person)).toEqual([]);
    const [large] = await engine.search(org, picture);
    expect(large?.problem).toBe('face too dark');
    expect(large?.candidates).toEqual([]);
  });

  it('waits for a user whom the service is still changing', async () => {
    const photos = [newPhoto(), newPhoto(), newPhoto()] as const;
    await Promise.all(photos.map(async (photo, i) => engine.index(org, person, photo, await portrait(man(i * 4)))));
    expect(await facesLeft()).toHaveLength(3);
    expect(await engine.delete(org, person)).toBe(3);
  });

  it('gets new collections the newest model, and indexes everybody again', async () => {
    const photo = newPhoto();
    const picture = await portrait(man(0));
    await engine.index(org, person, photo, picture);
    const [before] = await engine.search(org, await portrait(man(1)));
    test.emulator.service.newestModel = '8.0';
    // AWS leaves a collection that is there with its model.
    expect(await engine.stalePhotos(org)).toEqual([]);
    await engine.renew(org);
    expect(await engine.stalePhotos(org)).toEqual([{ personId: person, photoId: photo }]);
    const images = { get: async () => picture, put: never, delete: never, deletePrefix: never, uploadUrl: never };
    expect(await reindexPhotos({ engine, images, log: silentLog }, org)).toEqual({ made: 1, left: 0 });
    expect(await engine.stalePhotos(org)).toEqual([]);
    const [after] = await engine.search(org, await portrait(man(1)));
    expect(after?.candidates[0]?.personId).toBe(person);
    const described = await test.client.send(new DescribeCollectionCommand(inCollection()));
    expect(described.FaceModelVersion).toBe('8.0');
    // What two models saw is not compared.
    expect(engine.isSamePerson(before?.evidence ?? '', after?.evidence ?? '')).toBe(false);
    test.emulator.service.newestModel = '7.0';
  });

  it('notices photos whose faces are gone', async () => {
    const photo = newPhoto();
    await engine.index(org, person, photo, await portrait(man(0)));
    await engine.renew(org);
    expect(await engine.stalePhotos(org)).toEqual([{ personId: person, photoId: photo }]);
  });
});

function never(): never {
  throw new Error('not used');
}
