import {
  DeviceConfig,
  type DeviceConfigStatus,
  DeviceSettings,
  maxSettingsBytes,
  ReportedConfig,
} from '@rollcall/contract/device-config';
import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Conflict, InvalidInput, NotFound, Unavailable } from '@rollcall/kit/app-error';
import { type JsonObject, mergePatch, patchBetween } from '@rollcall/kit/merge-patch';
import { parse } from '@rollcall/kit/parse';
import type { DeviceShadow, DeviceShadows } from '../ports/device-shadows.ts';
import type { DeviceStore } from '../store/device-store.ts';
import { deltaOf } from './shadow.ts';

export interface ConfigureDevicePorts {
  readonly devices: DeviceStore;
  readonly shadows: DeviceShadows;
}

/** The device may say something between reading and writing; so often in a row it does not. */
const maxTries = 5;

/** What was set from afar, what is in effect, and what the device makes of it. @throws NotFound */
export async function readDeviceConfig(
  ports: ConfigureDevicePorts,
  org: OrganizationId,
  id: DeviceId,
): Promise<DeviceConfigStatus> {
  await checkDevice(ports, org, id);
  return statusOf(await ports.shadows.get(org, id));
}

/**
 * Changes what is wanted of a device, as a whole. @param how makes the settings of those that were set before; what it gives is checked.
 * @param expected version that the caller has seen; undefined: whatever it is.
 * @throws NotFound; Conflict when they are of another version by now; InvalidInput naming each setting that does not fit.
 */
export async function configureDevice(
  ports: ConfigureDevicePorts,
  org: OrganizationId,
  id: DeviceId,
  how: (settings: JsonObject) => unknown,
  expected: number | undefined,
): Promise<DeviceConfigStatus> {
  await checkDevice(ports, org, id);
  for (let tries = 0; tries < maxTries; tries++) {
    const shadow = await ports.shadows.get(org, id);
    const before = shadow?.desired ?? {};
    const version = versionOf(before);
    if (expected !== undefined && expected !== version) {
      throw new Conflict(
        `the settings of device ${id} have version ${version} by now, not ${expected}: read them again`,
      );
    }
    const settings = checked(how(settingsIn(before)));
    const patch = patchBetween(before, { ...settings, v: 1, revision: version + 1 });
    try {
      await ports.shadows.setDesired(org, id, patch, shadow?.version);
    } catch (error) {
      if (error instanceof Conflict && error.code === 'version-conflict') continue;
      throw error;
    }
    return statusOf(await ports.shadows.get(org, id));
  }
  throw new Unavailable(`the settings of device ${id} change all the time; try again`);
}

/** Merges a patch (RFC 7396) into settings: null takes one back to what `agent.json` has. */
export function patched(patch: JsonObject): (settings: JsonObject) => unknown {
  return (settings) => mergePatch(settings, patch);
}

function checked(value: unknown): DeviceSettings {
  const settings = parse(DeviceSettings, value, 'the configuration');
  const bytes = new TextEncoder().encode(JSON.stringify(settings)).length;
  if (bytes <= maxSettingsBytes) return settings;
  throw new InvalidInput(
    `expected settings of at most ${maxSettingsBytes} bytes as JSON, got ${bytes}: draw masks with fewer points`,
    { code: 'too-large' },
  );
}

function statusOf(shadow: DeviceShadow | undefined): DeviceConfigStatus {
  const desired = shadow?.desired ?? {};
  const said = ReportedConfig.safeParse(shadow?.reported).data;
  const { v: _v, revision, problems = [], ...reported } = said ?? { v: 1, revision: undefined };
  const isAnswered = said !== undefined && revision === versionOf(desired);
  const differs = deltaOf(settingsIn(desired), shadow?.reported) !== undefined;
  const state = !isAnswered ? 'waiting' : problems.length > 0 ? 'refused' : differs ? 'waiting' : 'in-effect';
  return {
    desired: settingsIn(desired),
    reported: said ? reported : null,
    version: versionOf(desired),
    state,
    problem: state === 'refused' ? problems.map(wordsOf).join('; ') : null,
    problems: state === 'refused' ? problems : [],
  };
}

function wordsOf({ path, message }: { readonly path: string; readonly message: string }): string {
  return path === '' ? message : `${path}: ${message}`;
}

function settingsIn({ v: _v, revision: _revision, ...settings }: JsonObject): JsonObject {
  return settings;
}

/** Somebody may have written there past us. */
function versionOf(desired: JsonObject): number {
  return DeviceConfig.shape.revision.catch(0).parse(desired['revision']);
}

async function checkDevice({ devices }: ConfigureDevicePorts, org: OrganizationId, id: DeviceId): Promise<void> {
  if (!(await devices.get(org, id))) throw new NotFound(`there is no device ${id}`);
}
