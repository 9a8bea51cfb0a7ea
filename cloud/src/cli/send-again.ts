import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '@rollcall/kit/app-error';
import { backoff } from '@rollcall/kit/backoff';
import type { ApiClient, Send } from '../client/api-client.ts';

/** Clients whose server was there when it was last asked. */
const reached = new WeakSet<ApiClient>();

/**
 * Asks a server that is busy again, for about half a minute. One that is not there at all is waited for only if it was there a moment ago,
 * and once: who typed a wrong address hears so at once, and a list of hundreds ends when the server stays away.
 * @throws AppError
 */
export async function sendAgain(client: ApiClient, path: string, what?: Send): Promise<Response> {
  for (const waitMs of backoff({ firstMs: 1_000, maxMs: 16_000, attempts: 6 })) {
    try {
      return await ask(client, path, what);
    } catch (error) {
      if (!(error instanceof AppError) || !error.retryable) throw error;
      if (isAway(error) && !reached.has(client)) throw error;
      await wait(waitMs);
    }
  }
  try {
    return await ask(client, path, what);
  } catch (error) {
    if (isAway(error)) reached.delete(client);
    throw error;
  }
}

async function ask(client: ApiClient, path: string, what?: Send): Promise<Response> {
  try {
    const answer = await client.send(path, what);
    reached.add(client);
    return answer;
  } catch (error) {
    if (error instanceof AppError && !isAway(error)) reached.add(client);
    throw error;
  }
}

function isAway(error: unknown): boolean {
  return error instanceof AppError && error.code === 'no-answer';
}
