import type { DeviceConfigStatus, DeviceSettingsPatch } from '@rollcall/contract/device-config';

/** What doors differ in most. */
export interface CommonSettings {
  readonly minArea: number;
  readonly faceGate: 'auto' | 'on' | 'off';
  readonly crop: boolean;
  readonly maxCaptures: number;
  readonly heartbeatMs: number;
}

/** As they are in effect. An agent that does not say one of them has the value that an agent begins with. */
export function commonSettings(reported: NonNullable<DeviceConfigStatus['reported']>): CommonSettings {
  return {
    minArea: reported.motion?.minArea ?? 0.008,
    faceGate: reported.faceGate ?? 'auto',
    crop: reported.crop ?? true,
    maxCaptures: reported.passage?.maxCaptures ?? 3,
    heartbeatMs: reported.heartbeatMs ?? 60_000,
  };
}

/** What to send for what was changed; undefined when nothing was. */
export function patchOf(before: CommonSettings, now: CommonSettings): DeviceSettingsPatch | undefined {
  const patch = {
    ...(now.minArea !== before.minArea && { motion: { minArea: now.minArea } }),
    ...(now.faceGate !== before.faceGate && { faceGate: now.faceGate }),
    ...(now.crop !== before.crop && { crop: now.crop }),
    ...(now.maxCaptures !== before.maxCaptures && { passage: { maxCaptures: now.maxCaptures } }),
    ...(now.heartbeatMs !== before.heartbeatMs && { heartbeatMs: now.heartbeatMs }),
  };
  return Object.keys(patch).length > 0 ? patch : undefined;
}

/** Takes the settings back that the device refuses: with them it would refuse what is set beside them, too. */
export function takingBack({ problems }: DeviceConfigStatus): DeviceSettingsPatch {
  const names = problems.map(({ path }) => path.split('.')[0] ?? '').filter((name) => name !== '');
  return Object.fromEntries(names.map((name) => [name, null]));
}
