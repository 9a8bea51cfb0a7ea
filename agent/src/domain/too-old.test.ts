import { ulid } from 'ulid';
import { expect, test } from 'vitest';
import type { OutboxItem } from '../ports/outbox.ts';
import { tooOld } from './too-old.ts';

const now = Date.parse('2026-03-02T09:00:00.000Z');

function takenAt(instant: string, clockSynced: boolean): OutboxItem {
  const id = ulid(Date.parse(instant));
  return { seq: 1, kind: 'capture', id, passageId: id, sequence: 1, clockSynced, bytes: 4096 };
}

test('what is older than it may be goes, what is not stays', () => {
  const [old, young] = [takenAt('2026-02-15T08:00:00.000Z', true), takenAt('2026-02-17T08:00:00.000Z', true)];
  expect(tooOld([old, young], now, 14)).toEqual([old]);
});

test('a clock that starts in 1970, or was set forward, makes nothing of before too old', () => {
  const items = [takenAt('1970-01-01T00:05:00.000Z', false), takenAt('2026-01-02T09:00:00.000Z', false)];
  expect(tooOld(items, now, 14)).toEqual([]);
});
