import type { FaceSummary, ShotScore } from '@rollcall/contract/capture';
import { CaptureId, DeviceId, PassageId } from '@rollcall/contract/ids';
import { describe, expect, it } from 'vitest';
import type { CaptureRecord } from '../store/capture-store.ts';
import { doorShot } from './door-shot.ts';

const capture: CaptureRecord = {
  id: CaptureId.parse('01KB0000000000000000000001'),
  source: 'device',
  deviceId: DeviceId.parse('camera-1'),
  doorId: null,
  createdBy: null,
  passageId: PassageId.parse('01KB0000000000000000000000'),
  takenAt: '2026-01-05T07:00:00.000Z',
  clockTrusted: true,
  receivedAt: '2026-01-05T07:00:01.000Z',
  imageKey: 'main/captures/2026-01-05/1.jpg',
  status: 'pending',
  tracks: [],
};
const shot: ShotScore = { score: 0.5, sharpness: 0.7, size: 0.6, light: 1, sequence: 2 };
const face: FaceSummary = { count: 1, pixels: 110, frontal: 0.9, sharpness: 0.7, light: 0.8, usable: true };

const isGood = (more: Partial<CaptureRecord>) => doorShot({ ...capture, ...more }).isGood;

describe('a capture before it is searched', () => {
  it('is good when who moved is large, sharp and lit, where nobody looked for faces', () => {
    expect(isGood({ shot })).toBe(true);
    for (const poor of [{ size: 0.49 }, { sharpness: 0.3 }, { light: 0.3 }]) {
      expect(isGood({ shot: { ...shot, ...poor } })).toBe(false);
    }
  });

  it('is good by the face where the agent looked for one, whatever moved', () => {
    expect(isGood({ shot: { ...shot, size: 0.2 }, face })).toBe(true);
    for (const poor of [{ pixels: 79 }, { frontal: 0.4 }, { sharpness: 0.3 }, { light: 0.3 }, { usable: false }]) {
      expect(isGood({ shot, face: { ...face, ...poor } })).toBe(false);
    }
  });

  it('does not wait when nothing is known of it', () => {
    expect(doorShot(capture)).toMatchObject({ isGood: true, faces: null, sequence: 1 });
  });

  it('is at the time of the device’s own clock, so that those of one passage can be compared', () => {
    expect(doorShot({ ...capture, shot, face }).at).toBe(capture.takenAt);
    const claimedAt = '1970-01-01T00:00:05.000Z';
    expect(doorShot({ ...capture, clockTrusted: false, claimedAt }).at).toBe(claimedAt);
  });
});
