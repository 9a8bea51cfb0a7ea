import { maxShadowBytes } from '@rollcall/contract/topics';
import { Conflict, InvalidInput } from '@rollcall/kit/app-error';
import { isJsonObject, type JsonObject, mergePatch, sameJson } from '@rollcall/kit/merge-patch';
import type { ShadowDocument, StoredShadow } from '../store/shadow-store.ts';
import type { ShadowUpdate } from './shadow-request.ts';

const sections = ['desired', 'reported'] as const;

/**
 * The shadow after an update, as AWS IoT does it: sections are merged, null removes, arrays are replaced whole, a section that becomes empty
 * is gone. @param at seconds since the epoch.
 * @throws Conflict when the update names another version than the stored one, InvalidInput `too-large`. Source: "Device Shadow Service
 * Documents", AWS IoT developer guide.
 */
export function updatedShadow(stored: StoredShadow | undefined, update: ShadowUpdate, at: number): ShadowDocument {
  if (update.version !== undefined && update.version !== (stored?.version ?? 0)) {
    throw new Conflict('Version conflict', { code: 'version-conflict' });
  }
  const before = stored?.document;
  const after: { desired?: JsonObject; reported?: JsonObject } = {};
  const metadata: { desired?: JsonObject; reported?: JsonObject } = {};
  for (const section of sections) {
    const patch = update.state[section];
    const state = merged(before?.[section], patch);
    if (!state) continue;
    after[section] = state;
    metadata[section] = merged(before?.metadata[section], isJsonObject(patch) ? stamped(patch, at) : patch) ?? {};
  }
  if (bytesOf(after) > maxShadowBytes) {
    throw new InvalidInput('The payload exceeds the maximum size allowed', { code: 'too-large' });
  }
  return { ...after, metadata };
}

/** What of `desired` is not so in `reported`; undefined when all of it is. */
export function deltaOf(desired: JsonObject, reported: JsonObject | undefined): JsonObject | undefined {
  const delta = new Map<string, unknown>();
  for (const [key, wanted] of Object.entries(desired)) {
    const is = reported && Object.hasOwn(reported, key) ? reported[key] : undefined;
    if (sameJson(wanted, is)) continue;
    const part = isJsonObject(wanted) && isJsonObject(is) ? deltaOf(wanted, is) : wanted;
    if (part !== undefined) delta.set(key, part);
  }
  return delta.size > 0 ? Object.fromEntries(delta) : undefined;
}

/** The part of `metadata` that belongs to the keys of `part`. */
export function metadataOf(metadata: unknown, part: unknown): unknown {
  if (!isJsonObject(part) || !isJsonObject(metadata)) return metadata;
  const own = Object.keys(part).filter((key) => Object.hasOwn(metadata, key));
  return Object.fromEntries(own.map((key) => [key, metadataOf(metadata[key], part[key])]));
}

/** When each value of `part` was set: objects in its shape, one for each element of an array. */
export function stamped(part: unknown, timestamp: number): unknown {
  if (part === null) return null;
  if (Array.isArray(part)) return part.map((element) => stamped(element, timestamp));
  if (!isJsonObject(part)) return { timestamp };
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, stamped(value, timestamp)]));
}

/** `patch` undefined: as it was. */
function merged(before: JsonObject | undefined, patch: unknown): JsonObject | undefined {
  const after = patch === undefined ? before : mergePatch(before ?? {}, patch);
  return isJsonObject(after) && Object.keys(after).length > 0 ? after : undefined;
}

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
