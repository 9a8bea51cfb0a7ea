import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '@rollcall/kit/app-error';
import { backoff } from '@rollcall/kit/backoff';
import type { ApiClient, Send } from '../client/api-client.ts';

/** Asks a server that is busy again, for about half a minute. @throws AppError */
export async function sendAgain(client: ApiClient, path: string, what?: Send): Promise<Response> {
  for (const waitMs of backoff({ firstMs: 1_000, maxMs: 16_000, attempts: 6 })) {
    try {
      return await client.send(path, what);
    } catch (error) {
      if (!(error instanceof AppError) || !error.retryable) throw error;
      await wait(waitMs);
    }
  }
  return client.send(path, what);
}
