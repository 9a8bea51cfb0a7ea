import type { CheckReport, FaceLimits } from '@rollcall/contract/check-report';
import type { CommissioningFace, FaceProblem } from '@rollcall/contract/commissioning';
import type { PictureState } from '@rollcall/contract/heartbeat';

export interface SeenInCheck
  extends Pick<CheckReport, 'frames' | 'framesWithFace' | 'framesWithUsableFace' | 'picture' | 'limits'> {
  /** Whether something moved at the door. */
  readonly moved: boolean;
}

/** Below this part of the frames with a face, usable ones are few. */
const fewUsable = 0.25;

/**
 * What to do at the door, most important first: what is wrong with the picture, then what keeps faces from being used; where some can be, what would make
 * the best of them better, since everybody is small before they are near. Empty when all is well.
 * @param faces best first
 */
export function commissioningAdvice(seen: SeenInCheck, faces: readonly CommissioningFace[]): string[] {
  const advice = seen.picture === 'ok' ? [] : [ofPicture[seen.picture]];
  if (faces.length === 0) return [...advice, nobody(seen)];
  const usable = faces.filter((face) => face.usable);
  if (usable.length === 0) {
    advice.push(...problemsOf(faces, 0.1).map((problem) => wordsOf(problem, faces, seen.limits)));
    return advice.slice(0, maxAdvice);
  }
  const best = usable.slice(0, Math.ceil(usable.length / 4));
  advice.push(...problemsOf(best, 0.5).map((problem) => wordsOf(problem, best, seen.limits)));
  if (seen.framesWithUsableFace < seen.framesWithFace * fewUsable) {
    const others = faces.filter((face) => !face.usable);
    const [why] = problemsOf(others, 0.1);
    const few = `Only in ${seen.framesWithUsableFace} of ${seen.framesWithFace} frames with a face could it be used.`;
    advice.push(why ? `${few} In the others: ${wordsOf(why, others, seen.limits)}` : few);
  }
  return advice.slice(0, maxAdvice);
}

const maxAdvice = 10;

const ofPicture: Readonly<Record<Exclude<PictureState, 'ok'>, string>> = {
  dark: 'The picture is too dark for faces: give the door light, or the camera a wider aperture.',
  covered: 'The camera sees nothing: something covers its lens.',
  frozen: 'The camera gives the same picture again and again: restart it, and look at its cable.',
  defocused: 'The picture is not sharp: focus the camera, and clean its lens.',
};

function nobody({ frames, moved }: SeenInCheck): string {
  if (!moved) return `Nobody was seen in ${frames} frames: walk past the camera during the check, looking towards it.`;
  return `Something moved, but in ${frames} frames no face was found: people may be too far away, turned away, or have their faces covered.`;
}

/** What more than `part` of the faces have; what most of them cannot be used for comes first. */
function problemsOf(faces: readonly CommissioningFace[], part: number): FaceProblem[] {
  const count = new Map<FaceProblem, { faces: number; weight: number }>();
  for (const { problems, usable } of faces) {
    for (const [place, { problem }] of problems.entries()) {
      const { faces: before, weight } = count.get(problem) ?? { faces: 0, weight: 0 };
      // Problems of a face are told worst first.
      count.set(problem, { faces: before + 1, weight: weight + (!usable && place === 0 ? 3 : 1) });
    }
  }
  const enough = [...count].filter(([, one]) => one.faces > faces.length * part);
  return enough.sort(([, a], [, b]) => b.weight - a.weight).map(([problem]) => problem);
}

/** By the face that suffers least from it: what is enough for that one is enough for the door. */
function wordsOf(problem: FaceProblem, faces: readonly CommissioningFace[], limits: FaceLimits): string {
  const having = faces.filter(({ problems }) => problems.some((one) => one.problem === problem));
  const most = (measure: (face: CommissioningFace) => number) => Math.round(Math.max(...having.map(measure)));
  const least = (measure: (face: CommissioningFace) => number) => Math.round(Math.min(...having.map(measure)));
  switch (problem) {
    case 'too-small': {
      const needs = needed(
        most(({ box }) => box.width),
        limits.minPixels,
        limits.goodPixels,
        'pixels wide',
      );
      return `Faces are small, ${needs}: move the camera closer to where people face it, zoom in, or have it take larger pictures.`;
    }
    case 'turned-away': {
      const turned = least(({ pose }) => Math.abs(pose.yaw));
      return `Faces are turned ${turned}° to the side, ${limits.maxYaw}° is the most, better under ${limits.goodYaw}°: put the camera where people walk towards it.`;
    }
    case 'looks-up-or-down': {
      const turned = least(({ pose }) => Math.abs(pose.pitch));
      const up = having.reduce((sum, { pose }) => sum + pose.pitch, 0) > 0;
      const [way, where, good] = up ? ['up', 'higher', limits.goodPitchUp] : ['down', 'lower', limits.goodPitchDown];
      return `Faces look ${turned}° ${way}, ${limits.maxPitch}° is the most, better under ${good}°: hang the camera ${where}, nearer to the height of eyes, or farther away.`;
    }
    case 'too-blurred': {
      const needs = needed(
        most(({ sharpness }) => sharpness),
        limits.minSharpness,
        limits.goodSharpness,
        'of 100 sharp',
      );
      return `Faces are blurred, ${needs}: focus the camera, clean its lens, or give the door more light, so that it exposes for less time.`;
    }
    case 'too-dark': {
      const needs = needed(
        most(({ light }) => light.mean),
        limits.minLight,
        limits.goodLight,
        'percent of white',
      );
      return `Faces are dark, ${needs}: light them from the front, or move the camera so that no bright door or window is behind people.`;
    }
    case 'too-bright':
      return 'Faces glare: no lamp or sun should shine on them directly, and the camera should expose for less.';
    case 'cut-off':
      return 'Faces reach over the edge of the picture: turn the camera so that people pass through its middle.';
    case 'uncertain':
      return 'Faces are hardly seen as such: look at the picture of the camera, and whether it is upright.';
    default:
      return problem satisfies never;
  }
}

function needed(value: number, min: number, good: number, unit: string): string {
  const needs = value < min ? `at least ${min} are needed` : `${good} are better`;
  return `${value} ${unit} at best where ${needs}`;
}
