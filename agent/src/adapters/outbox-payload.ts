import { CaptureMessage, PassageMessage } from '@rollcall/contract/capture';
import { ReportMessage } from '@rollcall/contract/report';
import type { OutboxItem, OutboxMessage } from '../ports/outbox.ts';

/** Files take whole blocks of the disk. */
const blockBytes = 4096;

/** The space that a payload of `bytes` takes on the disk. */
export function spaceOf(bytes: number): number {
  return Math.ceil(bytes / blockBytes) * blockBytes;
}

/** What the outbox knows of a message once its picture is on the disk. */
export function itemOf(message: OutboxMessage, seq: number, bytes: number): OutboxItem {
  if ('image' in message) {
    const { captureId: id, passageId, shot, clockSynced } = message;
    return { seq, kind: 'capture', id, passageId, sequence: shot.sequence, clockSynced, bytes };
  }
  if ('reportId' in message) {
    const { reportId: id } = message;
    // It does not say how its clock was, and so is never too old: there are few.
    return { seq, kind: 'report', id, passageId: id, sequence: 0, clockSynced: false, bytes };
  }
  const { passageId, clockSynced } = message;
  return { seq, kind: 'passage', id: passageId, passageId, sequence: 0, clockSynced, bytes };
}

/** Whether what an unsealed file gives back is the message that was written: a power cut or a worn card leaves anything. */
export function isSound(item: OutboxItem, payload: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(payload.toString());
    if (item.kind === 'passage') return PassageMessage.parse(value).passageId === item.id;
    if (item.kind === 'report') return ReportMessage.parse(value).reportId === item.id;
    return CaptureMessage.parse(value).captureId === item.id;
  } catch {
    return false;
  }
}
