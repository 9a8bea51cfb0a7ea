import { Conflict } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import { z } from 'zod';
import type { Item, Key, Table } from '../ports/table.ts';

const StoredAnswer = z.object({
  status: z.int(),
  contentType: z.string(),
  /** null when it held a secret that is shown once. */
  body: z.string().nullable(),
});
/** An answer to give again. */
export type StoredAnswer = Readonly<z.infer<typeof StoredAnswer>>;

const Claim = z.object({ bodyHash: z.string(), startedAt: z.number(), answer: StoredAnswer.nullable() });

/** What is known of a key: nothing (it is now ours), another body, still at work, or done. */
export type IdempotencyClaim =
  | { readonly state: 'new' }
  | { readonly state: 'reused' }
  | { readonly state: 'running' }
  | { readonly state: 'done'; readonly answer: StoredAnswer };

const keptSeconds = 24 * 60 * 60;
/** ms after which a request that never answered is taken for dead: its process was killed. */
const abandonedAfterMs = 60_000;

/** Answers of POST requests by `Idempotency-Key`, kept for 24 hours. Scopes start with the organization. */
export class IdempotencyStore {
  readonly #table: Table;
  readonly #clock: Clock;

  constructor(table: Table, clock: Clock) {
    this.#table = table;
    this.#clock = clock;
  }

  /** Claims `key` for a request whose body hashes to `bodyHash`, or says who has it. */
  async claim(scope: string, key: string, bodyHash: string): Promise<IdempotencyClaim> {
    const now = this.#clock.now();
    const stored = await this.#table.get(keyOf(scope, key));
    const live = stored && (stored.expiresAt ?? 0) * 1000 > now ? Claim.parse(stored) : undefined;
    if (live) {
      if (live.bodyHash !== bodyHash) return { state: 'reused' };
      if (live.answer) return { state: 'done', answer: live.answer };
      if (now - live.startedAt < abandonedAfterMs) return { state: 'running' };
    }
    try {
      await this.#table.put(
        itemOf(scope, key, { bodyHash, startedAt: now, answer: null }),
        stored?.version ?? 'absent',
      );
      return { state: 'new' };
    } catch (error) {
      if (error instanceof Conflict) return { state: 'running' };
      throw error;
    }
  }

  async finish(scope: string, key: string, bodyHash: string, answer: StoredAnswer): Promise<void> {
    await this.#table.put(itemOf(scope, key, { bodyHash, startedAt: this.#clock.now(), answer }));
  }

  /** The request was refused and changed nothing: the key may be used again. */
  async release(scope: string, key: string): Promise<void> {
    await this.#table.delete(keyOf(scope, key));
  }
}

function itemOf(scope: string, key: string, claim: z.infer<typeof Claim>): Item {
  return { ...keyOf(scope, key), ...claim, expiresAt: Math.floor(claim.startedAt / 1000) + keptSeconds };
}

function keyOf(scope: string, key: string): Key {
  return { pk: `${scope}#idempotency#${key}`, sk: 'answer' };
}
