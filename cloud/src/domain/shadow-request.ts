import { maxShadowBytes } from '@rollcall/contract/topics';
import { InvalidInput } from '@rollcall/kit/app-error';
import { isJsonObject, type JsonObject } from '@rollcall/kit/merge-patch';

/** What may be in a request on the topic `update` of a shadow. `null` empties a section, or removes a key. */
export interface ShadowUpdate {
  readonly state: { readonly desired?: JsonObject | null; readonly reported?: JsonObject | null };
  /** Only if the shadow has this version. */
  readonly version?: number;
}

/** Bytes of a client token. Source: "Device Shadow Service Documents", AWS IoT developer guide. */
const maxTokenBytes = 64;
/** Levels of a section. Source: "Device Shadow error messages", AWS IoT developer guide. */
const maxLevels = 6;

/**
 * The JSON object of a request on a shadow; nothing at all counts as an empty one. Refused in the words of AWS IoT.
 * @throws InvalidInput, its code `unsupported-encoding` for what is no UTF-8
 */
export function readShadowRequest(payload: Uint8Array): JsonObject {
  if (payload.length === 0) return {};
  const value = parsed(textOf(payload));
  if (!isJsonObject(value)) throw new InvalidInput('Invalid JSON');
  return value;
}

/** By which the answer finds its request; undefined when there is none that can be given back. */
export function clientTokenOf(request: JsonObject): string | undefined {
  const { clientToken } = request;
  if (typeof clientToken !== 'string' || bytesOf(clientToken) > maxTokenBytes) return undefined;
  return clientToken;
}

/** What a request must be before anything in it counts. @throws InvalidInput `too-large`; for a token that is none. */
export function checkShadowRequest(request: JsonObject, bytes: number): void {
  if (bytes > maxShadowBytes) {
    throw new InvalidInput('The payload exceeds the maximum size allowed', { code: 'too-large' });
  }
  if (request['clientToken'] === undefined || clientTokenOf(request) !== undefined) return;
  throw new InvalidInput('Invalid clientToken');
}

/** What a request on `update` asks for. @throws InvalidInput in the words of AWS IoT. */
export function readShadowUpdate(request: JsonObject): ShadowUpdate {
  const { state, version } = request;
  if (state === undefined || state === null) throw new InvalidInput('Missing required node: state');
  if (!isJsonObject(state)) throw new InvalidInput('State node must be an object');
  if (version !== undefined && version !== null && !isVersion(version)) throw new InvalidInput('Invalid version');
  const { desired, reported, ...others } = state;
  if (Object.keys(others).length > 0) throw new InvalidInput('State contains an invalid node');
  return {
    state: { ...section(desired, 'desired'), ...section(reported, 'reported') },
    ...(isVersion(version) ? { version } : {}),
  };
}

function section(value: unknown, name: 'desired' | 'reported'): Record<string, JsonObject | null> {
  if (value === undefined) return {};
  if (value === null) return { [name]: null };
  const Name = name === 'desired' ? 'Desired' : 'Reported';
  if (!isJsonObject(value)) throw new InvalidInput(`${Name} node must be an object`);
  if (isDeeperThan(maxLevels, value)) {
    throw new InvalidInput(`JSON contains too many levels of nesting; maximum is ${maxLevels}`);
  }
  if (hasNullElement(value)) throw new InvalidInput('State contains an invalid node');
  return { [name]: value };
}

/** Looks no deeper than it must: what comes may be very deep. */
function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeperThan(levels - 1, part));
}

/** "Arrays can't have null values." */
function hasNullElement(value: unknown): boolean {
  if (Array.isArray(value)) return value.some((element) => element === null || hasNullElement(element));
  return isJsonObject(value) && Object.values(value).some(hasNullElement);
}

function isVersion(version: unknown): version is number {
  return typeof version === 'number' && Number.isSafeInteger(version) && version >= 0;
}

function textOf(payload: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(payload);
  } catch (cause) {
    const message = 'Unsupported documented encoding; supported encoding is UTF-8';
    throw new InvalidInput(message, { code: 'unsupported-encoding', cause });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidInput('Invalid JSON', { cause });
  }
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
