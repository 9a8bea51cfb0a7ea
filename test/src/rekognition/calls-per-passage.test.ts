import type { CaptureMessage } from '@rollcall/contract/capture';
import { CaptureId, OrganizationId, PassageId } from '@rollcall/contract/ids';
import { instantOf, systemClock } from '@rollcall/kit/clock';
import { ulid } from 'ulid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { portrait, scene, wall } from '../contract/face-pictures.ts';
import { type EmulatorForTests, startEmulator } from './start-emulator.ts';
import { openDoor } from './watched-door.ts';

const man = (column: number) => ({ row: 0, column });
const another = { row: 3, column: 3 };

let test: EmulatorForTests;
let door: Awaited<ReturnType<typeof openDoor>>;

beforeAll(async () => {
  test = await startEmulator();
});
afterAll(() => test.stop());
beforeEach(async () => {
  door = await openDoor(test.newEngine(), OrganizationId.parse(`org-${ulid().toLowerCase()}`));
  await door.enroll('Anton', await Promise.all([portrait(man(0)), portrait(man(4))]));
  await door.enroll('Mara', [await portrait(another)]);
  test.emulator.resetCounts();
  return () => door.close();
});

/** What a device publishes of somebody who goes through. */
async function pass(...pictures: readonly Buffer[]): Promise<void> {
  const passageId = PassageId.parse(ulid());
  const at = instantOf(systemClock.now());
  const captures: CaptureId[] = [];
  for (const picture of pictures) {
    const captureId = CaptureId.parse(ulid());
    captures.push(captureId);
    const shot = { score: 0.5, sharpness: 0.5, size: 0.5, light: 0.5, sequence: captures.length };
    const image = picture.toString('base64');
    const message: CaptureMessage = { v: 1, captureId, passageId, takenAt: at, clockSynced: true, shot, image };
    await door.capture(message);
  }
  const span = { openedAt: at, closedAt: at, clockSynced: true, frames: 30 };
  await door.passage({ v: 1, passageId, ...span, captures, ended: 'quiet' });
}

describe('calls to Rekognition', () => {
  it('are one for a passage with one face and one shot', async () => {
    await pass(await portrait(man(2)));
    expect(await door.verdicts()).toEqual(['accepted']);
    expect(Object.fromEntries(test.emulator.calls)).toEqual({ SearchUsersByImage: 1 });
  });

  it('are one for each shot that is looked at, and none to put them together', async () => {
    await pass(await portrait(man(2)), await portrait(man(6)), await portrait(man(8)));
    expect(await door.verdicts()).toEqual(['accepted']);
    expect([...test.emulator.calls.keys()]).toEqual(['SearchUsersByImage']);
    expect(test.emulator.calls.get('SearchUsersByImage')).toBeLessThanOrEqual(3);
  });

  it('are one more for a second face', async () => {
    await pass(await scene([man(2), 120], [another, 110]));
    expect(await door.verdicts()).toEqual(['accepted', 'accepted']);
    expect(Object.fromEntries(test.emulator.calls)).toEqual({ SearchUsersByImage: 2 });
  });

  it('are one where nobody is', async () => {
    await pass(await wall());
    expect(await door.verdicts()).toEqual([]);
    expect(Object.fromEntries(test.emulator.calls)).toEqual({ SearchUsersByImage: 1 });
  });

  it('find a stranger once, in however many shots', async () => {
    await pass(await portrait({ row: 4, column: 4 }), await portrait({ row: 4, column: 4 }, 140));
    expect(await door.verdicts()).toEqual(['unknown']);
  });
});
