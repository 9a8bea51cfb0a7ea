import { type ConfigProblem, type DeviceConfig, maxSettingsBytes } from '@rollcall/contract/device-config';
import type { JsonObject } from '@rollcall/kit/merge-patch';
import type { Settings } from './settings.ts';

/**
 * What the device says of itself in its shadow (`ReportedConfig`): all that is in effect, the revision that it answers, and what is wrong
 * with that. Of a camera that only `agent.json` names, no more than may leave the device.
 */
export function reportOf(
  settings: Settings,
  remote: DeviceConfig,
  { revision, problems }: { readonly revision: number; readonly problems: readonly ConfigProblem[] },
): JsonObject {
  const { camera, ...others } = settings;
  const report = {
    v: 1,
    revision,
    camera: remote.camera ?? withoutSecrets(camera),
    ...others,
    ...(problems.length > 0 && { problems: problems.map(({ path, message }) => ({ path, message })) }),
  };
  if (bytesOf(report.motion.masks) <= maxSettingsBytes) return report;
  // Masks of `agent.json` may be too large for a shadow.
  const { masks: _, ...motion } = report.motion;
  return { ...report, motion };
}

/** What is wrong with settings that leave no room in the shadow for what the device says of them. */
export function tooLarge({ v: _v, revision: _revision, ...settings }: DeviceConfig): ConfigProblem[] {
  const bytes = bytesOf(settings);
  if (bytes <= maxSettingsBytes) return [];
  const message = `expected settings of at most ${maxSettingsBytes} bytes as JSON, got ${bytes}: draw masks with fewer points`;
  return [{ path: '', message }];
}

/** Without user, password and options, which may hold them too. */
function withoutSecrets(uri: string): string {
  const [, scheme, place] = /^(rtsps?:\/\/)(?:.*@)?([^?#]*)/is.exec(uri) ?? [];
  return (scheme === undefined ? uri : `${scheme}${place}`).slice(0, 300);
}

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
