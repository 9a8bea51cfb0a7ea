import { readFile } from 'node:fs/promises';
import type { JobDocumentOf } from '@rollcall/contract/device-job';
import { Unavailable } from '@rollcall/kit/app-error';
import { isDiskError } from '../adapters/disk-error.ts';
import type { JobCall, JobHandler, JobOutcome } from '../domain/job-handler.ts';
import { giveUp } from './choose-release.ts';
import { fetchRelease } from './fetch-release.ts';
import { compareVersions } from './release-manifest.ts';
import type { Releases } from './release-state.ts';

export interface UpdateOptions {
  readonly releases: Releases;
  /** PEM of the key whose releases this device trusts; without it, it takes none. */
  readonly publicKeyFile: string | undefined;
  /** That runs. */
  readonly version: string;
  /** Resolves when nobody is at the door, or after a while. */
  readonly quiet: (signal: AbortSignal) => Promise<void>;
  /** Whether pictures come now. */
  readonly cameraWorks: () => boolean;
  /** What `proveRelease` finds. */
  readonly proved: Promise<'fine' | 'failed'>;
}

type Call = JobCall<'update'>;

/** Longer than fetching and proving may take, each of which has its own end. */
const timeoutMs = 3_600_000;

/**
 * The job `update`: fetches a signed release while the agent goes on watching, has it started on trial once nobody is at the door, and
 * has done so when that one has proved itself. A release that does not is given up, and what ran before runs again.
 */
export function updateAgent(options: UpdateOptions): JobHandler<'update'> {
  return {
    timeoutMs,
    needsQuiet: false,
    run: (call) => begin(options, call),
    // What was fetched in part is fetched again. Cut off after the switch, it is this process that has to prove itself.
    resume: (call, how) =>
      how === 'cut-off' && call.document.version !== options.version
        ? begin(options, call)
        : goOn(options, call.document),
  };
}

async function begin(options: UpdateOptions, { jobId, document, signal }: Call): Promise<JobOutcome> {
  const { releases, publicKeyFile, quiet, cameraWorks } = options;
  const { version, url, downgrade } = document;
  if (publicKeyFile === undefined) {
    return { status: 'REJECTED', reason: 'this device takes no releases: its package was made without a release key' };
  }
  const order = compareVersions(version, options.version);
  if (order === 0) return { status: 'SUCCEEDED', details: { version } };
  if (order < 0 && !downgrade) {
    return {
      status: 'REJECTED',
      reason: `${options.version} runs, and ${version} is older: ask for a downgrade if it is meant`,
    };
  }
  const publicKeyPem = await readKey(publicKeyFile);
  await fetchRelease({ version, url: url.replace(/\/+$/, ''), publicKeyPem, releases, signal });
  await quiet(signal);
  const { failed: _, ...state } = await releases.load();
  // From here on the next start is on trial.
  if (!signal.aborted)
    await releases.save({ ...state, trial: { version, jobId, starts: 0, cameraWorked: cameraWorks() } });
  return { status: 'restarting' };
}

async function readKey(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (!isDiskError(cause)) throw cause;
    throw new Unavailable(`the key that releases are known by cannot be read: ${cause.message}`, { cause });
  }
}

async function goOn(options: UpdateOptions, { version }: JobDocumentOf<'update'>): Promise<JobOutcome> {
  const proved = options.version === version && (await options.proved) === 'fine';
  if (proved) return { status: 'SUCCEEDED', details: { version } };
  const state = await options.releases.load();
  const { failed, trial } = state;
  const reason = failed?.version === version ? failed.reason : 'the launcher did not start it: see its log';
  // The job is over with that: no later start is to try it.
  if (trial?.version === version) await options.releases.save(giveUp(state, version, reason));
  return { status: 'FAILED', reason: `${version} was given up, ${runsNow(options.version, version)}: ${reason}` };
}

function runsNow(running: string, version: string): string {
  return running === version ? 'what ran before is started again' : `${running} runs`;
}
