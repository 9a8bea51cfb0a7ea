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
 * Which version to start: the one on trial until it has been started too often, else the current one, else the packaged one. A package
 * that is as new as the current release was installed after it, and counts.
 */
export function chooseRelease(state: ReleaseState, packaged: string): Choice {
  const { trial } = state;
  if (trial && trial.starts < maxTrialStarts) {
    return { version: trial.version, state: { ...state, trial: { ...trial, starts: trial.starts + 1 } } };
  }
  if (trial)
    return chooseRelease(withoutTrial(state, `it ended ${maxTrialStarts} times before it had proved itself`), packaged);
  const { current } = state;
  if (current === undefined || compareVersions(packaged, current) >= 0) return { state: withoutCurrent(state) };
  return { version: current, state };
}

/** The state once `version`, chosen before, turned out not to be startable. */
export function giveUp(state: ReleaseState, version: string, reason: string): ReleaseState {
  if (state.trial?.version === version) return withoutTrial(state, reason);
  return { ...withoutCurrent(state), failed: { version, reason } };
}

/** The state once the release on trial has proved itself. */
export function accept(state: ReleaseState): ReleaseState {
  const { trial, failed: _, ...rest } = state;
  return trial ? { ...rest, current: trial.version } : state;
}

function withoutTrial({ trial, ...state }: ReleaseState, reason: string): ReleaseState {
  return trial ? { ...state, failed: { version: trial.version, reason } } : state;
}

function withoutCurrent(state: ReleaseState): ReleaseState {
  const { current: _, ...rest } = state;
  return rest;
}
