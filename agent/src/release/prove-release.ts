import { AppError } from '@rollcall/kit/app-error';
import type { Log } from '@rollcall/kit/log';
import type { Timer } from '@rollcall/kit/timer';
import { accept, giveUp } from './choose-release.ts';
import type { Releases, ReleaseState } from './release-state.ts';

export interface ProveOptions {
  readonly releases: Releases;
  /** That this process is. */
  readonly version: string;
  /** The broker has this device, and pictures come, unless none came before. */
  readonly healthy: (cameraWorked: boolean) => boolean;
  readonly timer: Timer;
  readonly log: Log;
  /** ms without a break that it has to be healthy. @default 60 000 */
  readonly steadyMs?: number;
  /** ms after which it has failed. @default 600 000 */
  readonly withinMs?: number;
}

const lookMs = 1_000;

/**
 * Watches a release that was started on trial until it has proved itself, then keeps it; resolves at once when nothing is on trial.
 * `failed`: the state says so already; end this process, and the launcher starts what ran before.
 */
export async function proveRelease(options: ProveOptions, signal: AbortSignal): Promise<'fine' | 'failed'> {
  const { releases, version, log } = options;
  const { trial, current } = await releases.load();
  if (trial?.version !== version) return 'fine';
  const healthy = await staysHealthy({ steadyMs: 60_000, withinMs: 600_000, ...options }, trial.cameraWorked, signal);
  if (signal.aborted) return 'fine';
  if (healthy) {
    const state = await releases.load();
    const kept = accept(state, version);
    // Another one is on trial by now: what ran before both is what to come back to.
    if (kept === state || !(await isSaved(options, kept))) return 'fine';
    if (current !== undefined && current !== version) await releases.remove(current);
    log.info('release-kept', { version });
    return 'fine';
  }
  const reason =
    'it did not stay connected, with pictures from its camera, within the time that it had to prove itself';
  await isSaved(options, giveUp(await releases.load(), version, reason));
  log.error('release-given-up', { version, reason });
  return 'failed';
}

/** A disk that takes nothing does not keep the agent from its door: the next start is another try. */
async function isSaved({ releases, log }: ProveOptions, state: ReleaseState): Promise<boolean> {
  try {
    await releases.save(state);
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    log.error('release-state-not-kept', { reason: error.message });
    return false;
  }
}

async function staysHealthy(
  options: Required<ProveOptions>,
  cameraWorked: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const { timer, healthy, steadyMs, withinMs } = options;
  const startedAt = timer.now();
  let since: number | undefined;
  while (!signal.aborted) {
    since = healthy(cameraWorked) ? (since ?? timer.now()) : undefined;
    if (since !== undefined && timer.now() - since >= steadyMs) return true;
    if (timer.now() - startedAt >= withinMs) return false;
    await new Promise<void>((resolve) => {
      const cancel = timer.after(lookMs, done);
      function done() {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done, { once: true });
    });
  }
  return false;
}
