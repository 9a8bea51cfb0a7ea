import type { z } from 'zod';
import type { ConfigProblem } from './device-config.ts';

/** As many as fit into what a device reports. */
const maxProblems = 8;

/** What is wrong with settings, one by one and in words: each unknown one has a problem of its own. */
export function configProblems(error: z.ZodError): ConfigProblem[] {
  const problems = error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => problem([...issue.path, key], 'there is no such setting'))
      : [problem(issue.path, issue.message)],
  );
  return problems.slice(0, maxProblems);
}

function problem(path: readonly PropertyKey[], message: string): ConfigProblem {
  return { path: path.map(String).join('.').slice(0, 100), message: message.slice(0, 200) };
}
