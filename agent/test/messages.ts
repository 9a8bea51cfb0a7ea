import { CaptureMessage, PassageMessage } from '@rollcall/contract/capture';
import { monotonicFactory } from 'ulid';

const newId = monotonicFactory();

/** A capture message of the `sequence`th shot of a passage; its picture is `imageBytes` of nothing in particular. */
export function captureMessage(
  options: { passageId?: string; sequence?: number; imageBytes?: number } = {},
): CaptureMessage {
  const { passageId = newId(), sequence = 1, imageBytes = 300 } = options;
  return CaptureMessage.parse({
    v: 1,
    captureId: newId(),
    passageId,
    takenAt: '2026-01-05T08:00:00.000Z',
    clockSynced: true,
    shot: { score: 0.5, sharpness: 0.5, size: 0.5, light: 0.5, sequence },
    image: Buffer.alloc(imageBytes, 7).toString('base64'),
  });
}

/** The end of a passage with these captures. */
export function passageMessage(captures: readonly CaptureMessage[]): PassageMessage {
  return PassageMessage.parse({
    v: 1,
    passageId: captures[0]?.passageId ?? newId(),
    openedAt: '2026-01-05T08:00:00.000Z',
    closedAt: '2026-01-05T08:00:04.000Z',
    clockSynced: true,
    frames: 40,
    captures: captures.map((capture) => capture.captureId),
    ended: 'quiet',
  });
}
