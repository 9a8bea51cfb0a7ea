import { CaptureMessage, PassageMessage } from '@rollcall/contract/capture';
import type { OutboxItem } from '../ports/outbox.ts';

/** Files take whole blocks of the disk. */
const blockBytes = 4096;

/** The space that a payload of `bytes` takes on the disk. */
export function spaceOf(bytes: number): number {
  return Math.ceil(bytes / blockBytes) * blockBytes;
}

/** What the outbox knows of a message once its picture is on the disk. */
export function itemOf(message: CaptureMessage | PassageMessage, seq: number, bytes: number): OutboxItem {
  if ('image' in message) {
    const { captureId: id, passageId, shot } = message;
    return { seq, kind: 'capture', id, passageId, sequence: shot.sequence, bytes };
  }
  const { passageId } = message;
  return { seq, kind: 'passage', id: passageId, passageId, sequence: 0, bytes };
}

/** Whether what the disk gave back is the message that was written: a power cut or a worn card leaves anything. */
export function isSound(item: OutboxItem, payload: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(payload.toString());
    if (item.kind === 'passage') return PassageMessage.parse(value).passageId === item.id;
    return CaptureMessage.parse(value).captureId === item.id;
  } catch {
    return false;
  }
}
