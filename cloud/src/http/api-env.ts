import type { Principal } from '../ports/identity.ts';
import type { IdempotencyStore } from '../store/idempotency-store.ts';

/** What every handler finds on its context: `c.get('principal')`. */
export interface ApiEnv {
  readonly Variables: {
    readonly requestId: string;
    /** Set on every route under `/v1`; the organization comes from here and nowhere else. */
    readonly principal: Principal;
    readonly idempotency: IdempotencyStore;
  };
}
