import { CaptureMessage, PassageMessage } from '@rollcall/contract/capture';
import { Heartbeat } from '@rollcall/contract/heartbeat';
import { instantOf } from '@rollcall/kit/clock';
import { monotonicFactory } from 'ulid';

const newId = monotonicFactory();

/** A capture as a camera would send it now; `changes` may also be what no camera sends. */
export function captureMessage(picture: Uint8Array, changes: Partial<CaptureMessage> = {}): CaptureMessage {
  return CaptureMessage.parse({
    v: 1,
    captureId: newId(),
    passageId: newId(),
    takenAt: instantOf(Date.now()),
    clockSynced: true,
    shot: { score: 0.5, sharpness: 0.5, size: 0.5, light: 0.5, sequence: 1 },
    image: Buffer.from(picture).toString('base64'),
    ...changes,
  });
}

/** Somebody goes through: a capture of each picture, then the end of the passage. */
export function passageOf(pictures: readonly Uint8Array[]): {
  readonly captures: readonly CaptureMessage[];
  readonly passage: PassageMessage;
} {
  const passageId = PassageMessage.shape.passageId.parse(newId());
  const captures = pictures.map((picture) => captureMessage(picture, { passageId }));
  const passage = PassageMessage.parse({
    v: 1,
    passageId,
    openedAt: captures[0]?.takenAt ?? instantOf(Date.now()),
    closedAt: instantOf(Date.now()),
    clockSynced: true,
    frames: 30,
    captures: captures.map((capture) => capture.captureId),
    ended: 'quiet',
  });
  return { captures, passage };
}

/** The health of a device that works, with its last picture. */
export function heartbeatMessage(still: Uint8Array, agentVersion = '1.2.3'): Heartbeat {
  const at = instantOf(Date.now());
  return Heartbeat.parse({
    v: 1,
    at,
    startedAt: at,
    agentVersion,
    clockSynced: true,
    camera: { state: 'ok', framesPerSecond: 15, width: 1280, height: 720, badFrames: 0 },
    outbox: { items: 0, bytes: 0, parked: 0, dropped: 0 },
    passages: 1,
    captures: 1,
    residentBytes: 1_000_000,
    still: Buffer.from(still).toString('base64'),
  });
}
