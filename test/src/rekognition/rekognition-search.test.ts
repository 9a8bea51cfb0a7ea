import { DetectFacesCommand } from '@aws-sdk/client-rekognition';
import { collectionId } from '@rollcall/cloud/adapters/aws/rekognition-collections';
import type { RekognitionEngine } from '@rollcall/cloud/adapters/aws/rekognition-engine';
import { OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';
import sharp from 'sharp';
import { ulid } from 'ulid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { portrait, scene } from '../contract/face-pictures.ts';
import { type EmulatorForTests, startEmulator } from './start-emulator.ts';

const man = (column: number) => ({ row: 0, column });
const another = { row: 3, column: 3 };

let test: EmulatorForTests;
let engine: RekognitionEngine;
let org: OrganizationId;
let person: PersonId;
const newPhoto = () => PhotoId.parse(ulid());

beforeAll(async () => {
  test = await startEmulator();
});
beforeEach(() => {
  engine = test.newEngine();
  org = OrganizationId.parse(`org-${ulid().toLowerCase()}`);
  person = PersonId.parse(ulid());
  test.emulator.resetCounts();
});
afterAll(() => test.stop());

const calls = () => Object.fromEntries(test.emulator.calls);

describe('RekognitionEngine, searching', () => {
  it('measures faces on the embedded engine’s scale, because a search answers with no more than boxes', async () => {
    for (const face of [man(0), another, { row: 5, column: 5 }]) {
      const picture = await portrait(face, 140);
      const [searched] = await engine.search(org, picture);
      const { FaceDetails } = await test.client.send(new DetectFacesCommand({ Image: { Bytes: picture } }));
      const embedded = FaceDetails?.[0]?.Quality;
      expect(Math.abs((searched?.face.quality.sharpness ?? 0) - (embedded?.Sharpness ?? 100))).toBeLessThan(15);
      expect(Math.abs((searched?.face.quality.brightness ?? 0) - (embedded?.Brightness ?? 100))).toBeLessThan(10);
    }
  });

  it('asks once for one face, and once more for each other face that could be recognized', async () => {
    await engine.index(org, person, newPhoto(), await portrait(man(0)));
    test.emulator.resetCounts();
    await engine.search(org, await portrait(man(1)));
    expect(calls()).toEqual({ SearchUsersByImage: 1 });
    await engine.search(org, await scene([man(2), 105], [another, 105], [{ row: 4, column: 4 }, 105]));
    expect(calls()).toEqual({ SearchUsersByImage: 4 });
    // Too small to be recognized by: not worth a call.
    await engine.search(org, await scene([man(2), 105], [another, 66]));
    expect(calls()['SearchUsersByImage']).toBeLessThanOrEqual(6);
  });

  it('stops at so many faces, and says of the others that they were not compared', async () => {
    const few = test.newEngine({ maxFacesPerPicture: 2 });
    const crowd = await scene([man(0), 130], [another, 120], [{ row: 4, column: 4 }, 105], [man(7), 105]);
    const seen = await few.search(org, crowd);
    expect(seen).toHaveLength(4);
    expect(seen.map((face) => face.problem)).toEqual([
      undefined,
      undefined,
      expect.stringMatching(/many/),
      expect.stringMatching(/many/),
    ]);
    expect(calls()['SearchUsersByImage']).toBe(2);
  });

  it('tells faces apart that stand close together', async () => {
    const other = PersonId.parse(ulid());
    await engine.index(org, person, newPhoto(), await portrait(man(0)));
    await engine.index(org, other, newPhoto(), await portrait(another));
    const tiles = await Promise.all([portrait(man(3), 120), portrait(another, 120)]);
    const close = await sharp({ create: { width: 320, height: 240, channels: 3, background: 'gray' } })
      .composite(
        await Promise.all(
          tiles.map(async (tile, i) => ({
            input: await sharp(tile).extract({ left: 60, top: 60, width: 120, height: 120 }).toBuffer(),
            left: 40 + i * 120,
            top: 60,
          })),
        ),
      )
      .jpeg({ quality: 95 })
      .toBuffer();
    const seen = await engine.search(org, close);
    expect(new Set(seen.map((face) => face.candidates[0]?.personId))).toEqual(new Set([person, other]));
  });

  it('keeps stages of one account apart, whatever their organizations are called', () => {
    const ours = collectionId('rollcall', OrganizationId.parse('test-main'));
    expect(ours).not.toBe(collectionId('rollcall-test', OrganizationId.parse('main')));
  });
});
