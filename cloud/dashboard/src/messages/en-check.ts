import { count } from '../format/number.ts';

/** English texts of the check of a camera, which load when somebody opens it. */
export const checkText = {
  title: (name: string) => `Check of ${name}`,
  asked: 'Asking the camera',
  askedOffline: 'The camera is offline. It is checked when it is back.',
  walk: 'Walk past the camera now',
  walkHint: 'As people will: towards it, one by one, and through the whole doorway.',
  almost: 'Almost done',
  arriving: 'The camera sends what it saw',
  secondsLeft: (seconds: number) => `${count(seconds)} s`,
  failed: 'The check did not work',
  noReason: 'The camera did not say why.',
  again: 'Check again',
  fit: 'Faces can be recognized here',
  fitBetter: 'Faces can be recognized here, and it could be better',
  notFit: 'Nobody could be recognized here yet',
  seen: (usable: number, withFace: number, frames: number) =>
    `${count(frames)} pictures, ${count(withFace)} of them with a face, ${count(usable)} with one that can be used`,
  todo: 'What to do',
  still: (name: string, faces: number, usable: number) =>
    `What ${name} saw. Faces: ${count(faces)}; that can be used: ${count(usable)}`,
  face: (number: number) => `Face ${count(number)}`,
  numbered: (number: number, pixels: number) => `${count(number)} · ${count(pixels)} px`,
  usable: 'Can be used',
  unusable: 'Cannot be used',
  measures: {
    size: 'Width',
    sharpness: 'Sharpness',
    light: 'Light',
    yaw: 'Turned',
    pitch: 'Up or down',
  },
  pixels: (value: number) => `${count(value)} px`,
  percent: (value: number) => `${count(value)} %`,
  degrees: (value: number) => `${count(value)}°`,
  atLeast: (min: string, good: string) => `needs ${min}, better ${good}`,
  atMost: (max: string, good: string) => `at most ${max}, better under ${good}`,
  details: (eyes: number, roll: number) => `${count(eyes)} px between the eyes, leans ${count(roll)}°`,
  sizes: 'Width of each face as people came nearer',
  sizesAlt: (faces: number, least: number, most: number) =>
    `Faces: ${count(faces)}; width: ${count(least)} to ${count(most)} pixels`,
  limit: (pixels: number) => `dashed: the ${count(pixels)} px that are needed`,
};
