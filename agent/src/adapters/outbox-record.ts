import { z } from 'zod';
import type { Uptime } from '../ports/uptime.ts';

/** A message as it is kept: its payload, and by the machine's uptime when it was taken, since the clock may be set while it waits. */
export interface OutboxRecord {
  readonly payload: Buffer;
  readonly taken?: { readonly bootId: string; readonly atMs: number } | undefined;
}

const Head = z.object({ taken: z.object({ bootId: z.string(), atMs: z.number() }).optional() });

/** One line of JSON, then the payload. */
export function encodeRecord({ payload, taken }: OutboxRecord): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ taken })}\n`), payload]);
}

/** undefined when no outbox wrote it. */
export function decodeRecord(bytes: Buffer): OutboxRecord | undefined {
  const end = bytes.indexOf('\n');
  if (end < 0) return undefined;
  try {
    const head = Head.parse(JSON.parse(bytes.toString('utf8', 0, end)));
    return { ...head, payload: bytes.subarray(end + 1) };
  } catch {
    return undefined;
  }
}

/** What to publish now: with its age, if the machine has run since it was taken. */
export function payloadNow({ payload, taken }: OutboxRecord, uptime: Uptime): Buffer {
  if (taken?.bootId !== uptime.bootId) return payload;
  const ageMs = Math.max(0, Math.round(uptime.now() - taken.atMs));
  // Not parsed again: it is a JSON object of our own.
  return Buffer.concat([Buffer.from(`{"ageMs":${ageMs},`), payload.subarray(1)]);
}
