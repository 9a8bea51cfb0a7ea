import { type Affine, mapped, type Point, squareRegion } from './affine.ts';
import { ModelSession } from './models/model-session.ts';
import type { Box } from './picture.ts';
import { normalized } from './planar.ts';
import type { Pyramid } from './pyramid.ts';

/** Where a face may be: a rough box, and the eyes as they lie in the picture. */
export interface Sighted {
  readonly box: Box;
  readonly leftEye: Point;
  readonly rightEye: Point;
  /** 0 to 1. */
  readonly score: number;
}

/** A square of the picture, which may reach over its edge. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

const inputSide = 256;

/** Two grids of anchors: every 16 pixels two of them, every 32 pixels six. */
const grids = [
  { stride: 16, anchorsPerCell: 2, scores: 'fineScores', boxes: 'fineBoxes' },
  { stride: 32, anchorsPerCell: 6, scores: 'coarseScores', boxes: 'coarseBoxes' },
] as const;

/** A box is center, size and six points: 16 numbers. */
const boxNumbers = 16;

/** Google's BlazeFace (2019), the model for back cameras. Finds faces of about 10 pixels and more in a region shrunk to 256 × 256. */
export class BlazeFace {
  readonly #session: ModelSession;

  private constructor(session: ModelSession) {
    this.#session = session;
  }

  static async open(model: Uint8Array): Promise<BlazeFace> {
    return new BlazeFace(await ModelSession.open(model));
  }

  /** Every anchor that scores at least `minScore`; one face answers to several. */
  async find(pyramid: Pyramid, region: Region, minScore: number): Promise<Sighted[]> {
    const affine = squareRegion(region.left, region.top, region.side, inputSide);
    const input = normalized(pyramid.sample(affine, inputSide), [127.5, 127.5, 127.5], 1 / 127.5);
    const output = await this.#session.run(input, [1, 3, inputSide, inputSide]);
    return grids.flatMap((grid) => anchored(grid, output(grid.scores), output(grid.boxes), affine, minScore));
  }

  async close(): Promise<void> {
    await this.#session.close();
  }
}

function anchored(
  { stride, anchorsPerCell }: (typeof grids)[number],
  scores: Float32Array,
  boxes: Float32Array,
  affine: Affine,
  minScore: number,
): Sighted[] {
  const minLogit = Math.log(minScore / (1 - minScore));
  const cells = inputSide / stride;
  const found: Sighted[] = [];
  for (let i = 0; i < scores.length; i++) {
    const logit = scores[i] ?? 0;
    if (logit < minLogit) continue;
    const cell = Math.floor(i / anchorsPerCell);
    const x = stride * ((cell % cells) + 0.5);
    const y = stride * (Math.floor(cell / cells) + 0.5);
    const number = (k: number) => boxes[i * boxNumbers + k] ?? 0;
    const width = number(2);
    const height = number(3);
    const corner = mapped(affine, x + number(0) - width / 2, y + number(1) - height / 2);
    found.push({
      box: { ...corner, width: width * affine.a, height: height * affine.e },
      leftEye: mapped(affine, x + number(4), y + number(5)),
      rightEye: mapped(affine, x + number(6), y + number(7)),
      score: 1 / (1 + Math.exp(-logit)),
    });
  }
  return found;
}
