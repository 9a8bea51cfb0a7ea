import type { OrganizationId } from '@rollcall/contract/ids';
import { AppError, Unavailable } from '@rollcall/kit/app-error';
import type { Log } from '@rollcall/kit/log';
import type { OrganizationDirectory } from '../../store/organization-directory.ts';

/** Organizations at work on at once. */
const concurrency = 8;

/**
 * Runs something for each organization, several at a time. One that fails does not hold up the others.
 * @throws Unavailable at the end when some failed.
 */
export async function eachOrganization(
  { directory, log }: { readonly directory: Pick<OrganizationDirectory, 'list'>; readonly log: Log },
  run: (org: OrganizationId) => Promise<unknown>,
): Promise<void> {
  let [count, failed] = [0, 0];
  const entries = directory.list();
  const work = async () => {
    // One generator for all workers: each takes the next.
    for (let next = await entries.next(); !next.done; next = await entries.next()) {
      count++;
      try {
        await run(next.value.id);
      } catch (err) {
        failed++;
        const isExpected = err instanceof AppError && err.retryable;
        log[isExpected ? 'warn' : 'error']('organization-failed', { org: next.value.id, err });
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  if (failed > 0) throw new Unavailable(`it failed for ${failed} of ${count} organizations`);
}
