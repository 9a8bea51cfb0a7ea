import type { Mask } from '@rollcall/contract/agent-config';
import type { Luma } from '../ports/frame.ts';
import { Background } from './background.ts';
import { type Blob, findBlobs } from './blobs.ts';
import { type CellSet, countCells, grown, without } from './cell-set.ts';
import { compareCells } from './figure.ts';
import { isHole } from './hole.ts';
import { isLightJump } from './light-jump.ts';
import { fitLighting } from './lighting.ts';
import { watchedCells } from './mask.ts';
import { type MotionGrid, motionGrid, readCells } from './motion-grid.ts';
import { Movement } from './movement.ts';

/** A part of the picture, as fractions of its width and height. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What the filter says of a frame. */
export interface Motion {
  /** Fraction of the watched picture where somebody is: it differs from the background, whether it moves or stands. */
  readonly area: number;
  /** Fraction of the watched picture that moved within the last fifth of a second, there. */
  readonly moved: number;
  /** Around all of `area`. */
  readonly region?: Box;
  /** The light jumped: what is said of this frame says nothing. */
  readonly lightJumped: boolean;
}

export interface MotionOptions {
  readonly masks: readonly Mask[];
  /** Fraction of the picture that must differ. */
  readonly minArea: number;
  /** ms after which what does not move belongs to the background. */
  readonly stillMs: number;
}

/** A lamp takes that long, and the camera's exposure with it. */
const settleMs = 600;
/** Hardly anybody comes to cover half of the picture so fast. */
const jumpWithinMs = 400;
const jumpArea = 0.5;
/** A blob of fewer strong cells in a hundred is a shadow or a patch of light. */
const minStrong = 0.08;
/** When it did not move for this long, ask whether it is a hole that somebody left in the background. */
const ghostMs = 1_500;

const nothing: Motion = { area: 0, moved: 0, lightJumped: false };

/** Finds what is not background, frame by frame: for a static camera, at any frame rate. State: the background so far. */
export class MotionFilter {
  readonly #options: MotionOptions;
  #size = '';
  #scene: Scene | undefined;

  constructor(options: MotionOptions) {
    this.#options = options;
  }

  /** @param at ms; not before that of the frame before. */
  look(luma: Luma, at: number): Motion {
    const size = `${luma.width} × ${luma.height}`;
    if (!this.#scene || this.#size !== size) {
      this.#size = size;
      this.#scene = new Scene(luma, at, this.#options);
      return nothing;
    }
    return this.#scene.look(luma, at);
  }
}

/** A static view of one size. */
class Scene {
  readonly #options: MotionOptions;
  readonly #grid: MotionGrid;
  readonly #watched: CellSet;
  readonly #watchedCount: number;
  readonly #cells: Float32Array;
  readonly #background: Background;
  readonly #movement = new Movement();
  /** Where somebody was in the last frame. */
  #figure: CellSet;
  /** When each cell of the figure last moved. */
  readonly #movedAt: Float64Array;
  #at: number;
  #area = 0;
  #settleUntil: number;

  constructor(luma: Luma, at: number, options: MotionOptions) {
    this.#options = options;
    this.#grid = motionGrid(luma);
    this.#watched = watchedCells(options.masks, this.#grid);
    this.#watchedCount = Math.max(1, countCells(this.#watched));
    this.#cells = new Float32Array(this.#watched.length);
    readCells(luma, this.#grid, this.#cells);
    this.#background = new Background(this.#grid, this.#cells);
    this.#figure = new Uint8Array(this.#cells.length);
    this.#movedAt = new Float64Array(this.#cells.length);
    this.#at = at;
    this.#settleUntil = at;
  }

  look(luma: Luma, at: number): Motion {
    const cells = this.#cells;
    const background = this.#background;
    const dtMs = Math.max(0, at - this.#at);
    this.#at = at;
    readCells(luma, this.#grid, cells);
    if (at < this.#settleUntil) return this.#settle();

    const lighting = fitLighting(cells, background.mean, without(this.#watched, this.#figure));
    const lit = background.inItsLight(cells, lighting);
    const kinds = compareCells(lit, background, this.#watched, this.#grid);
    const differing = countCells(kinds) / this.#watchedCount;
    const jumps = differing > jumpArea && differing - this.#area > jumpArea * 0.8 && dtMs <= jumpWithinMs;
    if (jumps && isLightJump(cells, background.mean, kinds, this.#grid)) {
      this.#settleUntil = at + settleMs;
      return this.#settle();
    }

    const moving = this.#movement.look(lit, background.noise, at);
    const figure = new Uint8Array(cells.length);
    let count = 0;
    let moved = 0;
    let region: Edges | undefined;
    for (const blob of findBlobs(kinds, this.#grid.columns, this.#grid.rows)) {
      if (!this.#isSomebody(blob, kinds)) continue;
      const movedCells = this.#touch(blob, moving, at);
      if (this.#isOver(blob, lit, at)) {
        background.absorb(cells, blob.cells);
        continue;
      }
      count += blob.cells.length;
      moved += movedCells;
      region = around(region, blob);
      for (const cell of blob.cells) figure[cell] = 1;
    }
    this.#figure = figure;
    this.#area = differing;
    background.learn(cells, grown(figure, this.#grid.columns), lighting, dtMs);
    return {
      area: count / this.#watchedCount,
      moved: moved / this.#watchedCount,
      ...(region ? { region: this.#box(region) } : {}),
      lightJumped: false,
    };
  }

  #settle(): Motion {
    this.#background.restart(this.#cells);
    this.#figure = new Uint8Array(this.#cells.length);
    this.#movement.forget();
    this.#area = 0;
    return { ...nothing, lightJumped: true };
  }

  #isSomebody(blob: Blob, kinds: Uint8Array): boolean {
    const size = blob.cells.length;
    if (size < Math.max(3, (this.#options.minArea * this.#watchedCount) / 4)) return false;
    let strong = 0;
    for (const cell of blob.cells) if (kinds[cell] === 2) strong++;
    return strong >= Math.max(3, minStrong * size);
  }

  /** Notes that the blob moved, if it did. @returns how many of its cells. */
  #touch(blob: Blob, moving: CellSet, at: number): number {
    let moved = 0;
    let known = 0;
    for (const cell of blob.cells) {
      if (moving[cell]) moved++;
      if (this.#figure[cell]) known++;
    }
    // Single cells come and go at its edge.
    if (moved >= 3 || known * 2 < blob.cells.length) for (const cell of blob.cells) this.#movedAt[cell] = at;
    return moved;
  }

  /** Whether it stands for so long that it is a thing, or is a hole that somebody left who was there when the background was made. */
  #isOver(blob: Blob, lit: Float32Array, at: number): boolean {
    let movedAt = 0;
    for (const cell of blob.cells) movedAt = Math.max(movedAt, this.#movedAt[cell] ?? 0);
    const stillMs = at - movedAt;
    return (
      stillMs >= this.#options.stillMs ||
      (stillMs >= ghostMs && isHole(blob, lit, this.#background.mean, this.#grid.columns))
    );
  }

  #box({ left, top, right, bottom }: Edges): Box {
    const { columns, rows } = this.#grid;
    return {
      x: left / columns,
      y: top / rows,
      width: (right + 1 - left) / columns,
      height: (bottom + 1 - top) / rows,
    };
  }
}

type Edges = Pick<Blob, 'left' | 'top' | 'right' | 'bottom'>;

function around(region: Edges | undefined, blob: Edges): Edges {
  if (!region) return blob;
  return {
    left: Math.min(region.left, blob.left),
    top: Math.min(region.top, blob.top),
    right: Math.max(region.right, blob.right),
    bottom: Math.max(region.bottom, blob.bottom),
  };
}
