import type { CaptureMessage } from '@rollcall/contract/capture';
import { CaptureId, OrganizationId, PassageId, type PersonId } from '@rollcall/contract/ids';
import { instantOf, systemClock } from '@rollcall/kit/clock';
import type { SampleFace } from '@rollcall/faces/sample-faces';
import sharp from 'sharp';
import { ulid } from 'ulid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { portrait, scene, wall } from '../contract/face-pictures.ts';
import { type EmulatorForTests, startEmulator } from './start-emulator.ts';
import { openDoor } from './watched-door.ts';

const man = (column: number) => ({ row: 0, column });
const another = { row: 3, column: 3 };
const stranger = { row: 4, column: 4 };
/** Photos of the man that are enrolled; he comes as in all the others. */
const enrolledColumns = [3, 8, 15];
const otherColumns = Array.from({ length: 18 }, (_, column) => column).filter((one) => !enrolledColumns.includes(one));

let test: EmulatorForTests;
let door: Awaited<ReturnType<typeof openDoor>>;
let anton: PersonId;

beforeAll(async () => {
  test = await startEmulator();
});
afterAll(() => test.stop());
beforeEach(async () => {
  door = await openDoor(test.newEngine(), OrganizationId.parse(`org-${ulid().toLowerCase()}`));
  anton = await door.enroll('Anton', await Promise.all(enrolledColumns.map((column) => portrait(man(column)))));
  await door.enroll('Mara', [await portrait(another)]);
  test.emulator.resetCounts();
  return () => door.close();
});

/** What a device publishes in a passage: a picture, ms after the start, and how large who moved was. */
type Shot = readonly [picture: Buffer, afterMs: number, size: number];

async function pass(...shots: readonly Shot[]): Promise<PassageId> {
  const passageId = PassageId.parse(ulid());
  const start = systemClock.now();
  const captures: CaptureId[] = [];
  for (const [picture, afterMs, size] of shots) {
    const captureId = CaptureId.parse(ulid());
    captures.push(captureId);
    const takenAt = instantOf(start + afterMs);
    const shot = { score: size, sharpness: 0.8, size, light: 1, sequence: captures.length };
    const image = picture.toString('base64');
    const message: CaptureMessage = { v: 1, captureId, passageId, takenAt, clockSynced: true, shot, image };
    await door.capture(message);
  }
  const at = instantOf(start);
  const span = { openedAt: at, closedAt: at, clockSynced: true, frames: 30 };
  await door.passage({ v: 1, passageId, ...span, captures, ended: 'quiet' });
  return passageId;
}

/** Somebody comes nearer: far away, near, nearest. */
async function approach(face: SampleFace): Promise<readonly Shot[]> {
  const [far, near, nearest] = await Promise.all([portrait(face, 40), portrait(face, 85), portrait(face, 150)]);
  return [
    [far, 0, 0.28],
    [near, 1_500, 0.56],
    [nearest, 2_600, 0.71],
  ];
}

const calls = () => Object.fromEntries(test.emulator.calls);
const verdicts = async () => (await door.sightings()).map(({ verdict }) => verdict);

describe('calls to Rekognition', () => {
  it('are 1.05 a passage at most, over many of somebody who is enrolled, and everybody is in the register', async () => {
    let passages = 0;
    for (const column of otherColumns) {
      const shots = await approach(man(column));
      // All three; the two near ones, as with a face gate; a single one; and one that is poor, so that it waits for the end.
      for (const some of [shots, shots.slice(1), shots.slice(2), await dimmed(shots.slice(2))]) {
        await pass(...some);
        passages++;
      }
    }
    const sightings = await door.sightings();
    expect(sightings.filter(({ personId }) => personId === anton)).toHaveLength(passages);
    expect(Object.keys(calls())).toEqual(['SearchUsersByImage']);
    expect((calls()['SearchUsersByImage'] ?? 0) / passages).toBeLessThanOrEqual(1.05);
  });

  it('are three at most for a stranger, who is found once, in however many shots', async () => {
    const shots = await approach(stranger);
    await pass(...shots, [await portrait(stranger, 160), 3_600, 0.8], [await portrait(stranger, 170), 4_600, 0.9]);
    expect(await verdicts()).toEqual(['unknown']);
    expect(calls()['SearchUsersByImage']).toBeLessThanOrEqual(3);
  });

  it('are one more for who walks in behind, who is not lost: a stranger behind somebody enrolled, and before', async () => {
    const [alone, behind] = [await approach(man(4)), await approach(stranger)];
    const later = behind.slice(1).map(([picture, afterMs, size]): Shot => [picture, afterMs + 3_500, size]);
    await pass(...alone, ...later);
    expect((await verdicts()).toSorted()).toEqual(['accepted', 'unknown']);
    expect(calls()['SearchUsersByImage']).toBeLessThanOrEqual(1 + 3);
    const follower = alone.slice(1).map(([picture, afterMs, size]): Shot => [picture, afterMs + 3_500, size]);
    const passageId = await pass(...behind, ...follower);
    const seen = (await door.sightings()).filter((one) => one.passageId === passageId);
    expect(seen.map(({ verdict }) => verdict).toSorted()).toEqual(['accepted', 'unknown']);
  });

  it('are one more for a second face', async () => {
    await pass([await scene([man(2), 120], [another, 110]), 0, 0.6]);
    expect(await verdicts()).toEqual(['accepted', 'accepted']);
    expect(calls()).toEqual({ SearchUsersByImage: 2 });
  });

  it('are as many as it takes when somebody beside who was accepted is not', async () => {
    const both = await scene([man(2), 120], [stranger, 110]);
    await pass([both, 0, 0.6], [await portrait(stranger, 150), 1_500, 0.7]);
    expect((await verdicts()).toSorted()).toEqual(['accepted', 'unknown']);
    expect(calls()['SearchUsersByImage']).toBeLessThanOrEqual(3);
  });

  it('are one where nobody is', async () => {
    await pass([await wall(), 0, 0.6]);
    expect(await verdicts()).toEqual([]);
    expect(calls()).toEqual({ SearchUsersByImage: 1 });
  });
});

/** The same, as of a door with little light: no shot is good enough to be searched before it is known that none is better. */
async function dimmed(shots: readonly Shot[]): Promise<readonly Shot[]> {
  return Promise.all(
    shots.map(
      async ([picture, afterMs]): Promise<Shot> => [await sharp(picture).linear(0.7).jpeg().toBuffer(), afterMs, 0.3],
    ),
  );
}
