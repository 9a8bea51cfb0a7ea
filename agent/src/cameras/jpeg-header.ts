import { InvalidInput } from '@rollcall/kit/app-error';

/** One color component of the frame and how it is coded. */
export interface JpegComponent {
  /** Blocks per MCU, across and down. */
  readonly across: number;
  readonly down: number;
  /** Which quantization table, 0 to 3. */
  readonly quantization: number;
  readonly id: number;
}

/** What the segments before the first scan say. Source: ITU-T T.81, annex B. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** The SOF marker: 0xc0 and 0xc1 are sequential Huffman, 0xc2 progressive. */
  readonly process: number;
  /** Bits per sample. */
  readonly precision: number;
  readonly components: readonly JpegComponent[];
  /** First entry of each quantization table, for the mean of a block. */
  readonly dcQuantization: readonly (number | undefined)[];
  /** Raw DHT tables: 16 counts, then the symbols. */
  readonly dcTables: readonly (Uint8Array | undefined)[];
  readonly acTables: readonly (Uint8Array | undefined)[];
  /** MCUs between restart markers; 0 for none. */
  readonly restartInterval: number;
  /** The components of the first scan in order, with the tables that each uses. */
  readonly scan: readonly { readonly id: number; readonly dc: number; readonly ac: number }[];
  /** Where the coded data of the first scan begins. */
  readonly dataOffset: number;
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DQT = 0xdb;
const DHT = 0xc4;
const DRI = 0xdd;

/** Reads the segments of a JPEG up to its first scan. @throws InvalidInput saying what is wrong with it. */
export function readJpegHeader(jpeg: Uint8Array): JpegHeader {
  if (jpeg.length === 0) throw new InvalidInput('expected a JPEG, got 0 bytes');
  if (jpeg[0] !== 0xff || jpeg[1] !== SOI) throw new InvalidInput('expected a JPEG, got something else');
  const found: Segments = { dcQuantization: [], dcTables: [], acTables: [], restartInterval: 0 };
  let at = 2;
  for (;;) {
    while (jpeg[at] === 0xff && jpeg[at + 1] === 0xff) at++;
    const marker = jpeg[at + 1];
    const length = (byte(jpeg, at + 2) << 8) | byte(jpeg, at + 3);
    if (jpeg[at] !== 0xff || marker === undefined || marker === EOI || length < 2) {
      throw new InvalidInput('expected a JPEG with a picture, got one whose header is damaged');
    }
    const segment = jpeg.subarray(at + 4, at + 2 + length);
    if (segment.length < length - 2) throw new InvalidInput('expected a whole JPEG, got one cut off in its header');
    at += 2 + length;
    if (marker === SOS) return whole(found, segment, at);
    readSegment(marker, segment, found);
  }
}

interface Segments {
  frame?: Pick<JpegHeader, 'width' | 'height' | 'process' | 'precision' | 'components'>;
  readonly dcQuantization: (number | undefined)[];
  readonly dcTables: (Uint8Array | undefined)[];
  readonly acTables: (Uint8Array | undefined)[];
  restartInterval: number;
}

function readSegment(marker: number, segment: Uint8Array, found: Segments): void {
  if (marker === DQT) readQuantization(segment, found);
  else if (marker === DHT) readTables(segment, found);
  else if (marker === DRI) found.restartInterval = (byte(segment, 0) << 8) | byte(segment, 1);
  else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) {
    const count = byte(segment, 5);
    found.frame = {
      process: marker,
      precision: byte(segment, 0),
      height: (byte(segment, 1) << 8) | byte(segment, 2),
      width: (byte(segment, 3) << 8) | byte(segment, 4),
      components: Array.from({ length: count }, (_, i) => ({
        id: byte(segment, 6 + 3 * i),
        across: byte(segment, 7 + 3 * i) >> 4,
        down: byte(segment, 7 + 3 * i) & 15,
        quantization: byte(segment, 8 + 3 * i),
      })),
    };
  }
}

function readQuantization(segment: Uint8Array, found: Segments): void {
  for (let at = 0; at < segment.length; ) {
    const wide = byte(segment, at) >> 4;
    found.dcQuantization[byte(segment, at) & 15] = wide
      ? (byte(segment, at + 1) << 8) | byte(segment, at + 2)
      : byte(segment, at + 1);
    at += 1 + (wide ? 128 : 64);
  }
}

function readTables(segment: Uint8Array, found: Segments): void {
  for (let at = 0; at < segment.length; ) {
    const kind = byte(segment, at);
    let symbols = 0;
    for (let i = 1; i <= 16; i++) symbols += byte(segment, at + i);
    const table = segment.subarray(at + 1, at + 17 + symbols);
    if (table.length < 16 + symbols) throw new InvalidInput('expected a whole JPEG, got one with a damaged table');
    (kind >> 4 ? found.acTables : found.dcTables)[kind & 15] = table;
    at += 17 + symbols;
  }
}

function whole({ frame, ...rest }: Segments, scan: Uint8Array, dataOffset: number): JpegHeader {
  if (!frame || frame.width === 0 || frame.height === 0 || frame.components.length === 0) {
    throw new InvalidInput('expected a JPEG with a picture, got one without a size');
  }
  return {
    ...frame,
    ...rest,
    scan: Array.from({ length: byte(scan, 0) }, (_, i) => ({
      id: byte(scan, 1 + 2 * i),
      dc: byte(scan, 2 + 2 * i) >> 4,
      ac: byte(scan, 2 + 2 * i) & 15,
    })),
    dataOffset,
  };
}

/** Past the end reads as 0, which no caller takes for a size. */
function byte(data: Uint8Array, at: number): number {
  return data[at] ?? 0;
}
