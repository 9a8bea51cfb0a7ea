import type { SampleFace } from '@rollcall/faces/sample-faces';

/** Somebody of the demo: an invented name, a picture of a real face that stays in the data folder. */
export interface DemoPerson {
  readonly externalId: string;
  readonly name: string;
  readonly groups: readonly string[];
  /** Color of the drawn clothes. */
  readonly coat: string;
  /** What is enrolled. */
  readonly enrolled: readonly SampleFace[];
}

export interface Walker {
  readonly coat: string;
  /** Another photo than those enrolled. */
  readonly face: SampleFace;
  /** The side on which the figure leaves the picture. */
  readonly leaves: 'left' | 'right';
}

const at = (row: number, column: number): SampleFace => ({ row, column });

const coats = {
  anton: '#35506b',
  mara: '#7c3f4c',
  ines: '#50704f',
  jonas: '#5b4d77',
  theo: '#8a6a3b',
  guest: '#4a4f55',
};

/** Theo Brandt does not come, so that the day has somebody who is missing. */
export const demoPeople: readonly DemoPerson[] = [
  {
    externalId: 'D-101',
    name: 'Anton Keller',
    groups: ['Workshop'],
    coat: coats.anton,
    enrolled: [at(0, 3), at(0, 8), at(0, 15)],
  },
  { externalId: 'D-102', name: 'Mara Lindt', groups: ['Office'], coat: coats.mara, enrolled: [at(1, 17), at(4, 16)] },
  { externalId: 'D-103', name: 'Ines Falk', groups: ['Office'], coat: coats.ines, enrolled: [at(4, 4), at(5, 1)] },
  { externalId: 'D-104', name: 'Jonas Weber', groups: ['Workshop'], coat: coats.jonas, enrolled: [at(2, 6)] },
  { externalId: 'D-105', name: 'Theo Brandt', groups: ['Workshop'], coat: coats.theo, enrolled: [at(4, 8)] },
];

/** Who comes through the door, in this order; the last one is nobody's. */
export const demoWalkers: readonly Walker[] = [
  { coat: coats.anton, face: at(0, 1), leaves: 'right' },
  { coat: coats.mara, face: at(2, 1), leaves: 'left' },
  { coat: coats.ines, face: at(3, 2), leaves: 'right' },
  { coat: coats.jonas, face: at(2, 5), leaves: 'left' },
  { coat: coats.guest, face: at(5, 5), leaves: 'right' },
];
