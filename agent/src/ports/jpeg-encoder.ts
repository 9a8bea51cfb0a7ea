import type { Region } from '@rollcall/contract/capture';

/** How to re-encode: what to cut out first, then the size of the result (never larger than the cut), then the quality. */
export interface Encoding {
  readonly crop?: Region;
  readonly width: number;
  readonly height: number;
  /** 1 to 100. */
  readonly quality: number;
}

/** Makes smaller JPEGs of a JPEG. @throws InvalidInput when the picture does not decode. */
export interface JpegEncoder {
  encode(jpeg: Uint8Array, encoding: Encoding): Promise<Uint8Array>;
}
