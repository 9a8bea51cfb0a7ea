/** A part of a picture, in pixels of the upright picture; may reach over its edge. */
export interface CropBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The face at `box` with some of what is around it, as an upright JPEG. @throws InvalidInput `not-an-image` */
export type CropFace = (picture: Uint8Array, box: CropBox) => Promise<Uint8Array>;
