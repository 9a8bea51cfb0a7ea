import { Device, DeviceState } from '@rollcall/contract/place';
import { describe, expect, it } from 'vitest';
import { groupOf, isMeant, urgentFirst } from './device-group.ts';

const at = '2026-01-05T08:00:00.000Z';
const camera = { state: 'ok', picture: 'ok', framesPerSecond: 15, width: 1280, height: 720, badFrames: 0 };
const outbox = { items: 0, bytes: 0, parked: 0, dropped: 0 };

function device(changes: object = {}, health: object | null = {}) {
  const whole = { v: 1, at, startedAt: at, agentVersion: '0.1.0', clockSynced: true, camera, outbox };
  const counts = { passages: 1, captures: 1, residentBytes: 1 };
  return Device.parse({
    id: 'SN-1',
    doorId: 'entrance',
    state: 'active',
    online: true,
    lastSeenAt: at,
    health: health && { ...whole, ...counts, ...health },
    stillAt: null,
    replacedBy: null,
    decommission: null,
    ...changes,
  });
}

describe('the group of a camera', () => {
  it('is that of those who are well when nothing is said against it', () => {
    expect(groupOf(device())).toBe('well');
    expect(groupOf(device({}, null))).toBe('well');
    expect(groupOf(device({}, { camera: { ...camera, state: 'starting' } }))).toBe('well');
  });

  it.each([
    ['it is offline', device({ online: false })],
    ['no frames come', device({}, { camera: { ...camera, state: 'silent' } })],
    ['its pictures show nothing', device({}, { camera: { ...camera, picture: 'covered' } })],
    ['its clock is off', device({}, { clockSynced: false })],
    ['its disk is full', device({}, { outbox: { ...outbox, problem: 'the disk is full' } })],
    ['its certificate ends', device({}, { certificate: { expiresAt: at, problem: 'it ends' } })],
    ['its gate does not work', device({}, { faceGate: { state: 'open', looks: 0, skipped: 0, failed: 1 } })],
  ])('is that of those to look at when %s', (_, one) => {
    expect(groupOf(one)).toBe('trouble');
  });

  it('is another one for those that have not come yet, and that are out of service', () => {
    const groups = DeviceState.options.map((state) => groupOf(device({ state, online: false })));
    expect(groups).toEqual(['awaited', 'trouble', 'out', 'out', 'out']);
  });
});

describe('cameras', () => {
  it('are told in the order in which somebody should look, and else as they came', () => {
    const awaited = device({ id: 'SN-1', state: 'allowed', online: false });
    const [well, fine] = [device({ id: 'SN-2' }), device({ id: 'SN-3' })];
    const away = device({ id: 'SN-4', online: false });
    expect(urgentFirst([awaited, well, fine, away])).toEqual([away, well, fine, awaited]);
  });
});

describe('a camera that is looked for', () => {
  it('is found by its door and by its serial number, however they are written', () => {
    expect(isMeant(' sn-1', device(), undefined)).toBe(true);
    expect(isMeant('ENTR', device(), 'Main entrance')).toBe(true);
    expect(isMeant('', device(), undefined)).toBe(true);
    expect(isMeant('SN-2', device(), 'Main entrance')).toBe(false);
  });
});
