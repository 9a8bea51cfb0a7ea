import type { Face } from '../ports/face-engine.ts';

/** A face of which nobody knows how it is turned counts like one turned by 45 degrees: between those that are known to be good and to be bad. */
const unknownFacing = Math.SQRT1_2;

/** How much a face counts beside others of its passage, 0 to 1: small, blurred and averted ones say less of who it is. Never 0, because it may be the only one. */
export function evidenceWeight({ box, quality, pose }: Pick<Face, 'box' | 'quality' | 'pose'>): number {
  const size = Math.min(1, box.width / 64);
  const sharpness = Math.min(1, quality.sharpness / 40);
  const facing = pose ? Math.max(0, Math.cos((Math.abs(pose.yaw) * Math.PI) / 180)) : unknownFacing;
  return Math.max(0.05, size * sharpness * facing);
}
