import { CaptureId, PassageId } from '@rollcall/contract/ids';
import { InvalidInput } from '@rollcall/kit/app-error';
import { silentLog } from '@rollcall/kit/log';
import { ulid } from 'ulid';
import { beforeEach, expect, test } from 'vitest';
import { MemoryOutbox } from '../../test/memory-outbox.ts';
import { frameAt } from '../../test/scripted-camera.ts';
import type { DoorCapture, DoorPassage } from './door-event.ts';
import { EventKeeper } from './keep-event.ts';

const passageId = PassageId.parse(ulid());
const refuse = () => Promise.reject(new InvalidInput('does not decode'));
let outbox: MemoryOutbox;
let keeper: EventKeeper;

beforeEach(() => {
  outbox = new MemoryOutbox();
  keeper = new EventKeeper({ outbox, encoder: { encode: refuse }, log: silentLog });
});

function capture(imageBytes: number): DoorCapture {
  return {
    kind: 'capture',
    passageId,
    captureId: CaptureId.parse(ulid()),
    frame: frameAt(1_767_600_000_000, new Uint8Array(imageBytes)),
    clockSynced: true,
    region: { x: 0, y: 0, width: 100, height: 100 },
    shot: { score: 0.5, sharpness: 0.5, size: 0.5, light: 0.5, sequence: 1 },
  };
}

function passage(captures: readonly DoorCapture[]): DoorPassage {
  const at = '2026-01-05T08:00:00.000Z';
  const ids = captures.map(({ captureId }) => captureId);
  return {
    kind: 'passage',
    message: {
      v: 1,
      passageId,
      openedAt: at,
      closedAt: at,
      clockSynced: true,
      frames: 9,
      captures: ids,
      ended: 'quiet',
    },
  };
}

async function passageInOutbox(): Promise<unknown> {
  for (const item of outbox.items()) {
    if (item.kind === 'passage') return JSON.parse(Buffer.from((await outbox.read(item)) ?? []).toString());
  }
  return undefined;
}

test('captures and the end of their passage go into the outbox, and are counted', async () => {
  const sent = capture(1_000);
  await keeper.keep(sent);
  await keeper.keep(passage([sent]));
  expect([...outbox.items()].map((item) => item.id)).toEqual([sent.captureId, passageId]);
  expect(keeper.counts).toEqual({ passages: 1, captures: 1 });
});

test('a picture that cannot be made to fit is parked, and the passage does not announce it', async () => {
  const [sent, lost] = [capture(1_000), capture(500_000)];
  for (const event of [sent, lost, passage([sent, lost])]) await keeper.keep(event);
  expect(outbox.parked).toEqual([{ id: lost.captureId, reason: 'does not decode' }]);
  expect(await passageInOutbox()).toMatchObject({ captures: [sent.captureId] });
});
