/** A small gray picture, row by row, one byte per pixel. Nobody writes into `data` after it was handed on. */
export interface Luma {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** One picture from the camera, with the instant at which it was taken. */
export interface Frame {
  /** ms since the epoch. Never decreases from one frame of a camera to the next. */
  readonly at: number;
  /** JPEG; its header was read, it has a beginning and an end. */
  readonly image: Uint8Array;
  /** Size of `image` in pixels. */
  readonly width: number;
  readonly height: number;
  /** The same picture, an eighth of its size, or some 160 pixels wide. */
  readonly luma: Luma;
}
