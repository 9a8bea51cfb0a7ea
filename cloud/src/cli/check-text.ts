import type { CheckReport } from '@rollcall/contract/check-report';
import type { CommissioningFace } from '@rollcall/contract/commissioning';
import { textTable } from './text-table.ts';

type Check = Omit<CheckReport, 'still'>;

/** Faces that are shown: the best ones say what a door can do. */
const maxShown = 12;

/** A check for people: each face beside what is needed, then what to do. */
export function checkText(check: Check): string {
  const { width, height, frames, faces, advice } = check;
  const shown = faces.slice(0, maxShown);
  const table = textTable(
    ['FACE', 'PIXELS', 'EYES', 'YAW', 'PITCH', 'ROLL', 'SHARP', 'LIGHT', 'USABLE'],
    [...shown.map(rowOf), ...(shown.length > 0 ? [limitsRow(check)] : [])],
    'No faces.',
  );
  const more = faces.length > shown.length ? `and ${faces.length - shown.length} more\n` : '';
  const todo = advice.length === 0 ? '' : `\n${advice.map((one) => `* ${one}`).join('\n')}\n`;
  return `${frames} frames of ${width} × ${height}\n\n${table}${more}${todo}\n`;
}

/** A check in a line. */
export function verdictOf({ fit, frames, framesWithFace, framesWithUsableFace, advice }: Check): string {
  if (!fit) return `not fit: ${advice[0] ?? 'no face could be used'}`;
  const seen = `${framesWithUsableFace} of ${framesWithFace} frames with a face could be used, of ${frames} in all`;
  return advice[0] === undefined ? `fit: ${seen}` : `fit: ${seen}. Better: ${advice[0]}`;
}

function rowOf({ box, eyePixels, pose, sharpness, light, usable, problems }: CommissioningFace, index: number) {
  const words = problems.map((one) => one.words).join('; ');
  return [
    `${index + 1}`,
    `${box.width} × ${box.height}`,
    rounded(eyePixels),
    `${rounded(pose.yaw)}°`,
    `${rounded(pose.pitch)}°`,
    `${rounded(pose.roll)}°`,
    rounded(sharpness),
    `${rounded(light.mean)} %`,
    `${usable ? 'OK' : 'no'}${words === '' ? '' : `: ${words}`}`,
  ];
}

function limitsRow({ limits }: Check): string[] {
  const { minPixels, maxYaw, maxPitch, minSharpness, minLight } = limits;
  return [
    'need',
    `${minPixels}`,
    '',
    `±${maxYaw}°`,
    `±${maxPitch}°`,
    'any',
    `${minSharpness}`,
    `${minLight} %`,
    `better ${limits.goodPixels} pixels, yaw ${limits.goodYaw}°, sharpness ${limits.goodSharpness}, light ${limits.goodLight} %`,
  ];
}

function rounded(value: number): string {
  // −0 is nobody's angle.
  return `${Math.round(value) + 0}`;
}
