import { Device, DeviceState } from '@rollcall/contract/place';
import { describe, expect, it } from 'vitest';
import { actionsOn } from './device-action.ts';

const device = Device.parse({
  id: 'SN-1',
  doorId: null,
  state: 'active',
  online: true,
  lastSeenAt: null,
  health: null,
  stillAt: null,
  replacedBy: null,
  decommission: null,
});

describe('what can be done about a camera', () => {
  it('is something in each state, and never to forget one that is in service or being wiped', () => {
    for (const state of DeviceState.options) {
      const actions = actionsOn({ ...device, state });
      expect(actions.length).toBeGreaterThan(0);
      expect(actions.includes('remove')).toBe(state !== 'active' && state !== 'decommissioning');
    }
  });

  it('is to let it come again, once its access has ended and not before', () => {
    for (const state of DeviceState.options) {
      const hasNone = state === 'revoked' || state === 'decommissioned';
      expect(actionsOn({ ...device, state }).includes('allow')).toBe(hasNone);
    }
  });

  it('is told to a camera that may come, and to no other', () => {
    for (const state of DeviceState.options) {
      expect(actionsOn({ ...device, state }).includes('rotate')).toBe(state === 'active');
      expect(actionsOn({ ...device, state }).includes('decommission')).toBe(state === 'active');
    }
  });
});
