import { decodeTime } from 'ulid';
import type { OutboxItem } from '../ports/outbox.ts';

const dayMs = 86_400_000;

/**
 * Which items are to be sent no more, by a clock that is right now. What an unsynchronized clock dated is of an unknown age, and stays: else
 * a clock that is set forward would empty the outbox of a door.
 */
export function tooOld(items: Iterable<OutboxItem>, now: number, maxAgeDays: number): OutboxItem[] {
  return [...items].filter((item) => item.clockSynced && now - decodeTime(item.id) > maxAgeDays * dayMs);
}
