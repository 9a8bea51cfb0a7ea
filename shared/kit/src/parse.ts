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

/** The issues of a zod error as paths (`day.start`) and messages. */
export function fieldErrors(error: z.ZodError): { path: string; message: string }[] {
  return error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }));
}
