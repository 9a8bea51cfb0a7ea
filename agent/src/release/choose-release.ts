import { compareVersions } from './release-manifest.ts';
import type { ReleaseState } from './release-state.ts';

/** A release on trial that was started so often without proving itself does not work. */
const maxTrialStarts = 3;

export interface Choice {
  /** Without it: the packaged agent. */
  readonly version?: string;
  /** To be made durable before that version is started. */
  readonly state: ReleaseState;
}

/**
 * Which version to start: the one on trial until it has been started too often, else the current one, else the packaged one. Another package
 * than the one over which the current release came, and as new as that, was installed after it, and counts. The same state when there is
 * nothing to write down.
 */
export function chooseRelease(state: ReleaseState, packaged: string): Choice {
  const { trial } = state;
  if (trial && trial.starts < maxTrialStarts) {
    return { version: trial.version, state: { ...state, trial: { ...trial, packaged, starts: trial.starts + 1 } } };
  }
  if (trial)
    return chooseRelease(withoutTrial(state, `it ended ${maxTrialStarts} times before it had proved itself`), packaged);
  const { current } = state;
  if (current === undefined) return { state };
  if (packaged !== state.packaged && compareVersions(packaged, current) >= 0) return { state: withoutCurrent(state) };
  return { version: current, state };
}

/** The state once `version` turned out not to be startable, or did not prove itself. */
export function giveUp(state: ReleaseState, version: string, reason: string): ReleaseState {
  if (state.trial?.version === version) return withoutTrial(state, reason);
  return { ...(state.current === version ? withoutCurrent(state) : state), failed: { version, reason } };
}

/** The state once `version` has proved itself: the same when another one came to be on trial meanwhile. */
export function accept(state: ReleaseState, version: string): ReleaseState {
  const { trial, failed: _, ...rest } = state;
  return trial?.version === version ? { ...rest, current: version, packaged: trial.packaged } : state;
}

function withoutTrial({ trial, ...state }: ReleaseState, reason: string): ReleaseState {
  return trial ? { ...state, failed: { version: trial.version, reason } } : state;
}

function withoutCurrent({ current: _current, packaged: _packaged, ...state }: ReleaseState): ReleaseState {
  return state;
}
