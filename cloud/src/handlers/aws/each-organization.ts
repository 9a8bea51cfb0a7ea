import type { OrganizationId } from '@rollcall/contract/ids';
import { AppError, Unavailable } from '@rollcall/kit/app-error';
import type { Log } from '@rollcall/kit/log';

/** Organizations at work on at once. */
const concurrency = 8;

export interface EachOrganizationOptions {
  readonly log: Log;
  /** ms that are left for all of them. */
  readonly leftMs: () => number;
  /** Told at the end how many were not begun, if any. */
  readonly onUnfinished?: (organizations: number) => void;
}

/**
 * Runs something for each organization, several at a time. Each has its share of the time that is left, so that none is kept waiting for good by
 * one that always has more to do. One that fails does not hold up the others.
 * @throws Unavailable at the end when some failed.
 */
export async function eachOrganization(
  ids: readonly OrganizationId[],
  { log, leftMs, onUnfinished = () => {} }: EachOrganizationOptions,
  run: (org: OrganizationId, hasTime: () => boolean) => Promise<unknown>,
): Promise<void> {
  let [begun, failed, unfinished] = [0, 0, 0];
  const queue = ids.values();
  const work = async () => {
    for (const org of queue) {
      const turns = Math.ceil((ids.length - begun++) / concurrency);
      const until = leftMs() * (1 - 1 / turns);
      try {
        if (leftMs() <= 0) unfinished++;
        else await run(org, () => leftMs() > until);
      } catch (err) {
        failed++;
        const isExpected = err instanceof AppError && err.retryable;
        log[isExpected ? 'warn' : 'error']('organization-failed', { org, err });
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  if (unfinished > 0) {
    log.warn('organizations-out-of-time', { organizations: unfinished });
    onUnfinished(unfinished);
  }
  if (failed > 0) throw new Unavailable(`it failed for ${failed} of ${ids.length} organizations`);
}
