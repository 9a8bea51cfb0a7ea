import type { Luma } from '../src/ports/frame.ts';

/** Somebody, drawn as a striped block: fractions of the picture. */
export interface DrawnPerson {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Mean gray level. */
  readonly level?: number;
}

export interface DrawnDoor {
  readonly width?: number;
  readonly height?: number;
  /** Standard deviation of the sensor's noise, levels. */
  readonly noise?: number;
  /** What light falls on everything. @default 1 */
  readonly light?: number;
  /** Shift of the whole picture to the right, pixels of luma. */
  readonly shift?: number;
  readonly people?: readonly DrawnPerson[];
  /** Multiplies the level of each place, as a shadow does. */
  readonly shade?: (x: number, y: number) => number;
  /** What differs from one frame to the next. */
  readonly seed?: number;
}

/** A doorway as a camera sees it: a wall, a floor with boards, a dark frame; and who is in it. */
export function drawDoor(door: DrawnDoor = {}): Luma {
  const { width = 160, height = 90, noise = 0.8, light = 1, shift = 0, people = [], shade, seed = 1 } = door;
  const random = randomOf(seed);
  const data = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const x = (column - shift) / width;
      const y = row / height;
      const person = people.length > 0 ? people.find((one) => isIn(one, x, y)) : undefined;
      const level = person ? clothes(person, x, y) : room(x, y) * (shade?.(x, y) ?? 1);
      const wavering = noise * (random() - 0.5) * Math.sqrt(12);
      data[row * width + column] = Math.max(0, Math.min(255, Math.round(level * light + wavering)));
    }
  }
  return { width, height, data };
}

function isIn(person: DrawnPerson, x: number, y: number): boolean {
  return x >= person.x && x < person.x + person.width && y >= person.y && y < person.y + person.height;
}

function clothes(person: DrawnPerson, x: number, y: number): number {
  const level = person.level ?? 60;
  const stripe = Math.floor(((y - person.y) / person.height) * 7) % 2 === 0;
  return level + (stripe ? 25 : 0) + (x - person.x > person.width / 2 ? 8 : 0);
}

function room(x: number, y: number): number {
  if (x > 0.4 && x < 0.43 && y < 0.7) return 45;
  if (y > 0.7) return 110 + (Math.floor(x * 24) % 2) * 18;
  return 175 + 20 * x;
}

/** Even numbers from 0 to 1, always the same. Source: mulberry32, T. Ettinger. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}
