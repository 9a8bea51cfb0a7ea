import type { Box } from './picture.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Mirrors left and right first, then turns by so many quarters clockwise: what makes a stored picture upright. */
const steps: readonly (readonly [mirrored: boolean, quarters: number])[] = [
  [false, 0],
  [true, 0],
  [false, 2],
  [true, 2],
  [true, 3],
  [false, 1],
  [true, 1],
  [false, 3],
];

/**
 * Where a box of a picture as it is stored lies once the picture is turned upright.
 * @param orientation 1 to 8. Source: EXIF 2.3, tag 274. @param size of the stored picture
 */
export function uprightBox(box: Box, orientation: number, size: Size): Box {
  const [mirrored, quarters] = steps[orientation - 1] ?? [false, 0];
  return turned(mirrored ? mirror(box, size) : box, quarters, size);
}

/** The way back: where a box of the upright picture lies in the picture as it is stored. @param size of the upright picture */
export function storedBox(box: Box, orientation: number, size: Size): Box {
  const [mirrored, quarters] = steps[orientation - 1] ?? [false, 0];
  const back = (4 - quarters) % 4;
  const unturned = turned(box, back, size);
  return mirrored ? mirror(unturned, back % 2 === 0 ? size : { width: size.height, height: size.width }) : unturned;
}

function mirror(box: Box, { width }: Size): Box {
  return { ...box, x: width - box.x - box.width };
}

function turned(box: Box, quarters: number, { width, height }: Size): Box {
  const { x, y } = box;
  switch (quarters) {
    case 1:
      return { x: height - y - box.height, y: x, width: box.height, height: box.width };
    case 2:
      return { x: width - x - box.width, y: height - y - box.height, width: box.width, height: box.height };
    case 3:
      return { x: y, y: width - x - box.width, width: box.height, height: box.width };
    default:
      return box;
  }
}
