import type { Reason, UnsearchedFaceReason } from '@aws-sdk/client-rekognition';
import { InvalidInput } from '@rollcall/kit/app-error';

/** What Rekognition's quality filter finds wrong with a face, in our words and, for a photo, as the API's code. */
const faults: Readonly<
  Partial<Record<Reason | UnsearchedFaceReason, { readonly words: string; readonly code: string }>>
> = {
  SMALL_BOUNDING_BOX: { words: 'face too small', code: 'face-too-small' },
  LOW_SHARPNESS: { words: 'face too blurred', code: 'too-blurred' },
  LOW_BRIGHTNESS: { words: 'face too dark', code: 'no-face' },
  EXTREME_POSE: { words: 'face turned too far away from the camera', code: 'no-face' },
  LOW_CONFIDENCE: { words: 'hardly a face', code: 'no-face' },
  LOW_FACE_QUALITY: { words: 'too little of the face can be seen', code: 'no-face' },
};

/** Why a face was not compared, if for what it looks like; undefined when it was only not its turn. */
export function faultOf(reasons: readonly UnsearchedFaceReason[]): string | undefined {
  return reasons.map((reason) => faults[reason]?.words).find((words) => words !== undefined);
}

/** Why a photo enrolls nobody. */
export function refusal(reasons: readonly Reason[]): InvalidInput {
  const fault = reasons.map((reason) => faults[reason]).find((one) => one !== undefined);
  if (!fault) return new InvalidInput('photo: expected a face, found none', { code: 'no-face' });
  return new InvalidInput(`photo: expected a face that can be compared: ${fault.words}`, { code: fault.code });
}
