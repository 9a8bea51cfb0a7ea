import type { Device } from '@rollcall/contract/place';

/** What can be done about a camera besides asking it for something. */
export type DeviceAction = 'assign' | 'rotate' | 'update' | 'replace' | 'allow' | 'revoke' | 'decommission' | 'remove';

const actions: Readonly<Record<Device['state'], readonly DeviceAction[]>> = {
  active: ['assign', 'rotate', 'update', 'replace', 'decommission', 'revoke'],
  allowed: ['assign', 'replace', 'revoke', 'remove'],
  decommissioning: ['revoke'],
  decommissioned: ['allow', 'remove'],
  revoked: ['allow', 'replace', 'remove'],
};

/** What can be done about it as it is, the harmless first. One that was replaced is not replaced again. */
export function actionsOn({ state, replacedBy }: Device): readonly DeviceAction[] {
  return actions[state].filter((action) => action !== 'replace' || replacedBy === null);
}
