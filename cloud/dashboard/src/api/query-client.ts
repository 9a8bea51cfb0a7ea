import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './api-problem.ts';

/** Reads are retried while the server is away; refusals are not. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (failures, error) => error instanceof ApiProblem && error.retryable && failures < 4,
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 8_000),
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}
