import type { FaceQuality } from '@rollcall/contract/person';
import type { Face } from '../ports/face-engine.ts';

/** What was measured on a face, and what would make a better photo. Only advice: what is no good at all was refused before. */
export function photoQuality(face: Face): FaceQuality {
  const quality = {
    facePixels: Math.round(face.box.width),
    sharpness: tenth(face.quality.sharpness),
    brightness: tenth(face.quality.brightness),
    yaw: face.pose && tenth(face.pose.yaw),
    pitch: face.pose && tenth(face.pose.pitch),
    roll: face.pose && tenth(face.pose.roll),
  };
  return { ...quality, advice: advices.filter(([applies]) => applies(quality)).map(([, words]) => words) };
}

type Measured = Omit<FaceQuality, 'advice'>;

const advices: readonly (readonly [(q: Measured) => boolean, string])[] = [
  [(q) => q.facePixels < 110, 'Come closer: the face is small in the picture.'],
  [(q) => q.sharpness < 40, 'Hold still and let the camera focus: the face is soft.'],
  [(q) => q.brightness < 30, 'Find more light: the face is dark.'],
  [(q) => q.brightness > 85, 'Step out of the glare: the face is overexposed.'],
  [(q) => Math.abs(q.yaw ?? 0) > 25, 'Turn towards the camera.'],
  [(q) => Math.abs(q.pitch ?? 0) > 20, 'Hold the camera at eye level.'],
  [(q) => Math.abs(q.roll ?? 0) > 25, 'Hold the head upright.'],
];

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
