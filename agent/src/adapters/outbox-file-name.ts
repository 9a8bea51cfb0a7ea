import { CaptureId, PassageId, ReportId } from '@rollcall/contract/ids';
import { z } from 'zod';
import type { OutboxItem } from '../ports/outbox.ts';

/** What a file's name says. Files of before there were seals are read and sent, and written no more. */
export type NamedItem = Omit<OutboxItem, 'bytes'> & { readonly isSealed: boolean };

/**
 * Everything that delivery needs to know of an item is in its file's name, so that a start reads no contents: ids, and whether the clock
 * was right. It says when somebody came by, and of nobody who.
 */
export function outboxFileName(item: NamedItem): string {
  const { seq, kind, id, passageId, sequence, clockSynced, isSealed } = item;
  const name = `${String(seq).padStart(12, '0')}_${kind}_${id}_${passageId}_${sequence}`;
  return isSealed ? `${name}_${clockSynced ? 'synced' : 'unsynced'}.sealed` : `${name}.json`;
}

/** Reads a name back; undefined when no outbox wrote it. */
export function parseOutboxFileName(name: string): NamedItem | undefined {
  const parts = NameParts.safeParse(pattern.exec(name)?.groups).data;
  if (!parts) return undefined;
  const { ending, ...item } = parts;
  return { ...item, clockSynced: ending === '_synced.sealed', isSealed: ending !== '.json' };
}

const pattern =
  /^(?<seq>\d{12})_(?<kind>[a-z]+)_(?<id>\w{26})_(?<passageId>\w{26})_(?<sequence>\d{1,2})(?<ending>_synced\.sealed|_unsynced\.sealed|\.json)$/;

const NameParts = z.object({
  seq: z.coerce.number(),
  kind: z.enum(['capture', 'passage', 'report']),
  id: z.union([CaptureId, PassageId, ReportId]),
  passageId: z.union([PassageId, ReportId]),
  sequence: z.coerce.number(),
  ending: z.string(),
});
