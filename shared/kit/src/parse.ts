import type { z } from 'zod';
import { InvalidInput } from './app-error.ts';

/** `value` as `schema` has it. @throws InvalidInput naming every field that does not fit. */
export function parse<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = fieldErrors(result.error);
  const list = errors.map((e) => (e.path ? `${e.path}: ${e.message}` : e.message)).join('; ');
  throw new InvalidInput(`${what} does not fit: ${list}`, { errors, cause: result.error });
}

/** The issues of a zod error as paths (`day.start`) and messages; each unknown key has one of its own. */
export function fieldErrors(error: z.ZodError): { path: string; message: string }[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: 'unknown key' }))
      : [{ path: pathOf(issue.path), message: issue.message }],
  );
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}
