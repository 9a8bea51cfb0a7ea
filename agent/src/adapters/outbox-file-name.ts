import { CaptureId, PassageId } from '@rollcall/contract/ids';
import { z } from 'zod';
import type { OutboxItem } from '../ports/outbox.ts';

/** Everything that delivery needs to know of an item is in its file's name, so that a start reads no contents. */
export function outboxFileName(item: Omit<OutboxItem, 'bytes'>): string {
  return `${String(item.seq).padStart(12, '0')}_${item.kind}_${item.id}_${item.passageId}_${item.sequence}.json`;
}

/** Reads a name back; undefined when no outbox wrote it. */
export function parseOutboxFileName(name: string): Omit<OutboxItem, 'bytes'> | undefined {
  const groups = /^(?<seq>\d{12})_(?<kind>[a-z]+)_(?<id>\w{26})_(?<passageId>\w{26})_(?<sequence>\d{1,2})\.json$/.exec(
    name,
  )?.groups;
  return NameParts.safeParse(groups).data;
}

const NameParts = z.object({
  seq: z.coerce.number(),
  kind: z.enum(['capture', 'passage']),
  id: z.union([CaptureId, PassageId]),
  passageId: PassageId,
  sequence: z.coerce.number(),
});
