import type { Luma } from '../ports/frame.ts';

/** Mean levels between which faces show well. */
const darkest = 70;
const brightest = 210;
/** Standard deviation in levels of a picture with enough contrast. */
const enoughContrast = 25;

/** How well a picture is lit, 0 to 1: neither dark, nor glaring, nor flat. */
export function lightOf({ data }: Luma): number {
  let sum = 0;
  let squares = 0;
  for (const level of data) {
    sum += level;
    squares += level * level;
  }
  const count = Math.max(1, data.length);
  const mean = sum / count;
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
  return (
    Math.min(1, mean / darkest) *
    Math.min(1, (255 - mean) / (255 - brightest)) *
    Math.min(1, deviation / enoughContrast)
  );
}
