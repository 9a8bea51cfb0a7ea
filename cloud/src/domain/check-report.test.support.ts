import type { CheckReport } from '@rollcall/contract/check-report';
import type { CommissioningFace } from '@rollcall/contract/commissioning';

const at = '2026-01-05T08:00:00.000Z';

/** A face that can be used. */
export const goodFace: CommissioningFace = {
  at,
  box: { x: 600, y: 200, width: 88, height: 110 },
  eyePixels: 40,
  pose: { yaw: 4, pitch: -6, roll: 1 },
  sharpness: 70,
  light: { mean: 45, black: 0, white: 0 },
  confidence: 99,
  usable: true,
  problems: [],
};

/** What a device reports of a door where all is well. */
export const goodReport: CheckReport = {
  v: 1,
  at: '2026-01-05T08:00:02.000Z',
  frames: 25,
  framesWithFace: 8,
  framesWithUsableFace: 6,
  width: 1280,
  height: 720,
  picture: 'ok',
  fit: true,
  limits: {
    minPixels: 40,
    goodPixels: 50,
    goodYaw: 45,
    maxYaw: 60,
    goodPitchUp: 45,
    goodPitchDown: 30,
    maxPitch: 50,
    minSharpness: 8,
    goodSharpness: 25,
    minLight: 8,
    goodLight: 20,
  },
  faces: [goodFace],
  advice: [],
  still: { at, width: 640, height: 360, image: '/9j/4AE=' },
};
