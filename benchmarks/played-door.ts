import type { CaptureMessage } from '@rollcall/contract/capture';
import { OrganizationId, type PersonId } from '@rollcall/contract/ids';
import type { FaceEngine } from '@rollcall/cloud/ports/face-engine';
import type { EmulatorForTests } from '@rollcall/test/rekognition/start-emulator';
import { openDoor } from '@rollcall/test/rekognition/watched-door';
import { ulid } from 'ulid';
import type { FilmedDoor } from './filmed-door.ts';

/** When captures are searched: what the cloud edition does, and what else it might. */
export const searchPolicies = ['each as it comes', 'the best when it is over', 'a good one, then as needed'] as const;
export type SearchPolicy = (typeof searchPolicies)[number];

export interface PlayedPassage {
  readonly isEnrolled: boolean;
  readonly calls: number;
  /** Accepted as who it is, and as nobody else; a stranger: not accepted. */
  readonly isRight: boolean;
  /** s from when somebody was last seen to the register; undefined for who is not in it. */
  readonly secondsAfter: number | undefined;
}

/** ms for which a passage is quiet before its device says that it is over, and ms that a call takes. */
const quietMs = 1_200;
const callMs = 1_000;

/** Hands in what a device published, passage by passage, and sees what comes of it. */
export async function playDoor(
  { emulator, newEngine }: EmulatorForTests,
  { people, passages }: FilmedDoor,
  policy: SearchPolicy,
): Promise<readonly PlayedPassage[]> {
  const paid = newEngine({ prefix: `calls-${ulid().toLowerCase()}` });
  const door = await openDoor(policy === 'each as it comes' ? unpaid(paid) : paid, OrganizationId.parse('main'));
  const ids = new Map<string, PersonId>();
  for (const { name, photos } of people) ids.set(name, await door.enroll(name, photos));
  const callsNow = () => [...emulator.calls.values()].reduce((sum, count) => sum + count, 0);
  const played: PlayedPassage[] = [];
  for (const { who, captures, end } of passages) {
    const before = callsNow();
    const ofPassage = async () => (await door.sightings()).filter((one) => one.passageId === end.passageId);
    const isKnown = async () => (await ofPassage()).some((one) => one.verdict === 'accepted');
    let knownAt: number | undefined;
    const note = async (at: number, callsBefore: number) => {
      if (knownAt === undefined && (await isKnown())) knownAt = at + (callsNow() - callsBefore) * callMs;
    };
    for (const capture of captures) {
      const callsBefore = callsNow();
      await door.capture(policy === 'the best when it is over' ? waiting(capture) : capture);
      await note(Date.parse(capture.takenAt), callsBefore);
    }
    const callsBefore = callsNow();
    await door.passage(end);
    await note(Date.parse(end.closedAt) + quietMs, callsBefore);
    const named = new Set((await ofPassage()).flatMap((one) => one.personId ?? []));
    const expected = who === undefined ? undefined : ids.get(who);
    played.push({
      isEnrolled: expected !== undefined,
      calls: callsNow() - before,
      isRight: expected === undefined ? named.size === 0 : named.size === 1 && named.has(expected),
      secondsAfter: knownAt === undefined ? undefined : (knownAt - Date.parse(end.closedAt)) / 1000,
    });
  }
  await door.close();
  return played;
}

function unpaid(engine: FaceEngine): FaceEngine {
  return {
    isPaid: false,
    index: (...photo) => engine.index(...photo),
    search: (org, image) => engine.search(org, image),
    searchTogether: (org, seen) => engine.searchTogether(org, seen),
    isSamePerson: (a, b) => engine.isSamePerson(a, b),
    delete: (...photo) => engine.delete(...photo),
  };
}

/** As if it were a poor one, so that it waits. */
function waiting(capture: CaptureMessage): CaptureMessage {
  const { face, ...rest } = capture;
  const shot = { ...capture.shot, light: 0 };
  return face ? { ...rest, shot, face: { ...face, usable: false } } : { ...rest, shot };
}
