import { InvalidInput } from '@rollcall/kit/app-error';
import { z } from 'zod';

/** The JSON of a device's message. @throws InvalidInput */
export function jsonOf(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch (cause) {
    throw new InvalidInput('expected JSON in UTF-8', { cause });
  }
}

/** The id by which a message that does not fit can still be answered. */
export function idOf(message: unknown, field: 'captureId' | 'passageId' | 'reportId'): string | undefined {
  return z.object({ [field]: z.string().regex(/^[\w-]{1,64}$/) }).safeParse(message).data?.[field];
}
