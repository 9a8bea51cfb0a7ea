import { z } from 'zod';
import { Misconfigured } from './app-error.ts';
import { fieldErrors } from './parse.ts';

/** Where a value may come from besides its default; later ones win. An empty environment variable is unset. */
export interface ConfigSources {
  readonly file?: { readonly path: string; readonly values: unknown };
  readonly environment?: { readonly prefix: string; readonly values: Record<string, string | undefined> };
  readonly options?: Record<string, unknown>;
}

/**
 * A frozen configuration: default < file < environment < options.
 * Environment: `{prefix}_{KEY}` in upper snake case, for the top-level keys of `schema`.
 * @throws Misconfigured with every problem in one message; an unknown key is one.
 */
export function loadConfig<S extends z.ZodObject>(schema: S, sources: ConfigSources): Readonly<z.output<S>> {
  const file = sources.file?.values ?? {};
  if (typeof file !== 'object' || Array.isArray(file) || file === null) {
    throw new Misconfigured(`${sources.file?.path}: expected a JSON object`);
  }
  const merged: Record<string, unknown> = { ...file };
  for (const key of Object.keys(schema.shape)) {
    const value = sources.environment?.values[`${sources.environment.prefix}_${snake(key)}`];
    if (value !== undefined && value !== '') merged[key] = value;
  }
  for (const [key, value] of Object.entries(sources.options ?? {})) if (value !== undefined) merged[key] = value;
  const result = schema.safeParse(merged);
  if (result.success) return Object.freeze(result.data);
  const from = sources.file ? `${sources.file.path}: ` : '';
  const list = fieldErrors(result.error).map((e) => `  ${e.path || '(top)'}: ${e.message}`);
  throw new Misconfigured(`${from}the configuration has ${list.length} problem(s):\n${list.join('\n')}`);
}

function snake(key: string): string {
  return key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}
