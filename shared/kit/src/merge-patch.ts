/** A JSON object. */
export type JsonObject = { readonly [key: string]: unknown };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `target` with `patch` merged in: null removes, arrays are replaced whole, objects are merged. Source: RFC 7396. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const merged = new Map(isJsonObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else if (value !== undefined) merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

/** What `mergePatch` makes `after` of `before`: no key of `after` may be null. */
export function patchBetween(before: JsonObject, after: JsonObject): JsonObject {
  const patch = new Map<string, unknown>();
  for (const key of Object.keys(before)) if (own(after, key) === undefined) patch.set(key, null);
  for (const [key, value] of Object.entries(after)) {
    const old = own(before, key);
    if (value === undefined || sameJson(old, value)) continue;
    patch.set(key, isJsonObject(old) && isJsonObject(value) ? patchBetween(old, value) : value);
  }
  return Object.fromEntries(patch);
}

/** Whether two JSON values are the same, in whatever order their keys are. A key that is undefined counts as absent. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, i) => sameJson(value, b[i]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return a === b;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => sameJson(own(a, key), own(b, key)));
}

/** Not what it inherits: `__proto__` is a key like any other in JSON. */
function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
