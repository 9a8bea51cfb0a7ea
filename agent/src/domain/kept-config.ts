import { type ConfigProblem, DeviceConfig } from '@rollcall/contract/device-config';
import type { KeptConfig } from '../ports/config-file.ts';

/** Starts that a configuration on trial gets: one that ends the agent each time must not do so for ever. */
export const maxStarts = 3;

/** Nothing was ever set from afar. */
export const nothingKept: KeptConfig = { v: 1, good: DeviceConfig.parse({}) };

export function inEffect(kept: KeptConfig): DeviceConfig {
  return kept.trial?.config ?? kept.good;
}

/** As the agent begins. */
export function begun(kept: KeptConfig): KeptConfig {
  const { trial } = kept;
  if (!trial) return kept;
  const starts = trial.starts + 1;
  if (starts <= maxStarts) return { ...kept, trial: { ...trial, starts } };
  const message = `the agent ended ${maxStarts} times with these settings before it had run for long`;
  return wentBack(kept, { path: '', message });
}

/** Another one is to be tried; the last good one needs no trial. */
export function tried(kept: KeptConfig, config: DeviceConfig, isGood: boolean): KeptConfig {
  const { good } = kept;
  return isGood ? { v: 1, good: config } : { v: 1, good, trial: { config, starts: 0 } };
}

/** The one on trial works. */
export function proven(kept: KeptConfig): KeptConfig {
  return { v: 1, good: inEffect(kept) };
}

/** The one on trial does not: back to the last good one. */
export function wentBack(kept: KeptConfig, problem: ConfigProblem): KeptConfig {
  const { good, trial } = kept;
  return trial ? { v: 1, good, failed: { config: trial.config, problems: [problem] } } : kept;
}
