import type { Problem, ProblemCode } from '@rollcall/contract/problem';
import { text } from '../messages/text.ts';

/** What the API refused, or (`offline`) that it was not reached. */
export class ApiProblem extends Error {
  /** A `ProblemCode`, or `offline`. */
  readonly code: string;
  readonly status: number;
  readonly problem: Partial<Problem>;

  constructor(code: string, status: number, problem: Partial<Problem>, options?: { cause?: unknown }) {
    super(problem.detail ?? problem.title ?? code, options);
    this.name = 'ApiProblem';
    this.code = code;
    this.status = status;
    this.problem = problem;
  }

  /** The same request may work later. */
  get retryable(): boolean {
    return this.code === 'offline' || this.status === 429 || this.status >= 502;
  }
}

/** The problem in words for whoever sits before the screen. */
export function explain(error: unknown): string {
  if (!(error instanceof ApiProblem)) return text.errors.internal;
  const { code, problem } = error;
  // What stands in the way of it is known by the server alone.
  if (code === 'conflict') return problem.detail ?? text.errors.conflict;
  return words[code] ?? text.person.refusal[code] ?? problem.detail ?? text.errors.invalid;
}

const words: Readonly<Record<string, string>> = {
  offline: text.errors.offline,
  unavailable: text.errors.unavailable,
  denied: text.errors.denied,
  'not-found': text.errors.notFound,
  'external-id-taken': text.errors.taken,
  'already-resolved': text.errors.alreadyResolved,
  'too-many-requests': text.errors.tooMany,
  internal: text.errors.internal,
} satisfies Partial<Record<ProblemCode | 'offline', string>>;

/** Messages of bad fields, by path such as `day.start`. */
export function fieldMessages(error: unknown): Record<string, string> {
  if (!(error instanceof ApiProblem)) return {};
  if (error.code === 'external-id-taken') return { externalId: text.errors.taken };
  return Object.fromEntries((error.problem.errors ?? []).map((e) => [e.path.replace(/^body\./, ''), e.message]));
}
