import { InvalidInput } from '@rollcall/kit/app-error';
import type { Luma } from '../ports/frame.ts';
import { type JpegHeader, readJpegHeader } from './jpeg-header.ts';
import { endOfBlock, type HuffmanTable, huffmanTable, lookBits } from './jpeg-huffman.ts';

/** One scan component with its tables resolved. */
interface Plane {
  readonly across: number;
  readonly down: number;
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
}

/**
 * The means of the 8 × 8 blocks of a JPEG's luma: an eighth of its size, of which nothing but the DC coefficients is decoded;
 * the others are skipped, several per table look-up. A third of the cost of any general decoder (`pnpm bench motion`).
 * @returns undefined for the kinds of JPEG that it does not read (progressive, arithmetic, CMYK, RGB, without tables).
 * @throws InvalidInput when the data ends before the picture does, or makes no sense.
 */
export function jpegLuma(jpeg: Uint8Array, header: JpegHeader = readJpegHeader(jpeg)): Luma | undefined {
  const planes = planesOf(header);
  const luma = header.components[0];
  const quantization = luma && header.dcQuantization[luma.quantization];
  if (!planes || !luma || quantization === undefined) return undefined;
  const scan = unstuff(jpeg, header.dataOffset);
  return decode(header, planes, quantization, scan);
}

function planesOf(header: JpegHeader): readonly Plane[] | undefined {
  const { process, precision, components, scan } = header;
  const isYcc = components.length === 1 || (components.length === 3 && components[0]?.id !== 0x52);
  if ((process !== 0xc0 && process !== 0xc1) || precision !== 8 || !isYcc) return undefined;
  if (scan.length !== components.length) return undefined;
  const planes: Plane[] = [];
  for (const [i, component] of components.entries()) {
    const dc = header.dcTables[scan[i]?.dc ?? 0];
    const ac = header.acTables[scan[i]?.ac ?? 0];
    if (!dc || !ac || scan[i]?.id !== component.id || !component.across || !component.down) return undefined;
    // A scan of one component has its blocks one by one, whatever its sampling factors. Source: T.81, A.2.2.
    const single = components.length === 1;
    planes.push({
      across: single ? 1 : component.across,
      down: single ? 1 : component.down,
      dc: huffmanTable('dc', dc),
      ac: huffmanTable('ac', ac),
    });
  }
  return planes;
}

/** The coded data without its stuffing bytes, and where the part after each restart marker begins. */
interface Scan {
  readonly view: DataView;
  readonly length: number;
  readonly parts: readonly number[];
}

/** Longest that one MCU of ten blocks can be, with room for the last look. */
const slackBytes = 4096;
let scratch = new Uint8Array(256 * 1024);

/** Source: T.81, F.1.2.3: 0xff is followed by 0 in data, by 0xd0 to 0xd7 at a restart, by anything else at the end. */
function unstuff(jpeg: Uint8Array, from: number): Scan {
  if (scratch.length < jpeg.length - from + slackBytes) scratch = new Uint8Array(2 * (jpeg.length - from) + slackBytes);
  const parts: number[] = [];
  let length = 0;
  let start = from;
  for (;;) {
    const found = jpeg.indexOf(0xff, start);
    const end = found < 0 ? jpeg.length : found;
    scratch.set(jpeg.subarray(start, end), length);
    length += end - start;
    const next = found < 0 ? undefined : jpeg[found + 1];
    start = end + 2;
    if (next === 0) scratch[length++] = 0xff;
    else if (next !== undefined && next >= 0xd0 && next <= 0xd7) parts.push(length);
    else break;
  }
  scratch.fill(0, length, length + slackBytes);
  return { view: new DataView(scratch.buffer), length, parts };
}

function decode(header: JpegHeader, planes: readonly Plane[], quantization: number, scan: Scan): Luma | undefined {
  const across = Math.max(...planes.map((plane) => plane.across));
  const down = Math.max(...planes.map((plane) => plane.down));
  const [luma] = planes;
  if (luma?.across !== across || luma.down !== down) return undefined;
  const width = Math.ceil(header.width / 8);
  const height = Math.ceil(header.height / 8);
  const mcusAcross = Math.ceil(width / across);
  const mcusDown = Math.ceil(height / down);
  // Whole MCUs, cut to the picture at the end.
  const stride = mcusAcross * across;
  const means = new Uint8Array(stride * mcusDown * down);
  const bits = new BitReader(scan);
  let mean = 0;
  for (let mcu = 0, row = 0; row < mcusDown; row++) {
    for (let column = 0; column < mcusAcross; column++, mcu++) {
      if (header.restartInterval && mcu > 0 && mcu % header.restartInterval === 0) {
        bits.restart();
        mean = 0;
      }
      for (const plane of planes) {
        for (let y = 0; y < plane.down; y++) {
          for (let x = 0; x < plane.across; x++) {
            const difference = bits.readBlock(plane.dc, plane.ac);
            if (plane !== luma) continue;
            mean += difference;
            const level = 128 + ((mean * quantization + 4) >> 3);
            means[(row * down + y) * stride + column * across + x] = level < 0 ? 0 : level > 255 ? 255 : level;
          }
        }
      }
      if (bits.ended) throw new InvalidInput('expected a whole JPEG, got one that is cut off');
    }
  }
  return {
    width,
    height,
    data: stride === width ? means.subarray(0, width * height) : cut(means, stride, width, height),
  };
}

class BitReader {
  readonly #view: DataView;
  readonly #length: number;
  readonly #parts: readonly number[];
  #bit = 0;
  #part = 0;

  constructor(scan: Scan) {
    this.#view = scan.view;
    this.#length = scan.length * 8;
    this.#parts = scan.parts;
  }

  get ended(): boolean {
    return this.#bit > this.#length;
  }

  /** Goes to what follows the next restart marker. */
  restart(): void {
    const begin = this.#parts[this.#part++];
    if (begin === undefined || this.#bit > begin * 8) throw damaged();
    this.#bit = begin * 8;
  }

  /** Reads a block. @returns the difference of its DC coefficient to that of the block before. */
  readBlock(dc: HuffmanTable, ac: HuffmanTable): number {
    const view = this.#view;
    const { skips } = ac;
    let bit = this.#bit;
    // 25 bits or more of it are good: enough for two looks.
    let word = view.getUint32(bit >>> 3) << (bit & 7);
    let difference = dc.differences[word >>> (32 - lookBits)] ?? 0;
    if (difference === 0) {
      difference = this.#longDifference(bit, dc);
      bit += difference & 31;
      word = view.getUint32(bit >>> 3) << (bit & 7);
    } else {
      bit += difference & 31;
      word <<= difference & 31;
    }
    for (let k = 1; k < 64; word = view.getUint32(bit >>> 3) << (bit & 7)) {
      const skip = skips[word >>> (32 - lookBits)] ?? 0;
      const after = k + ((skip >> 5) & 0xff);
      // What follows the last coefficient belongs to the next block: then, and for long codes, go one by one.
      if (skip !== 0 && after + (skip >> 13) <= 64) {
        bit += skip & 31;
        if (skip & endOfBlock) break;
        k = after;
        continue;
      }
      const entry = codeAt(view, bit, ac);
      bit += (entry >> 8) + (entry & 15);
      if ((entry & 0xff) === 0) break;
      k += ((entry >> 4) & 15) + 1;
    }
    this.#bit = bit;
    return difference >> 5;
  }

  /** As in `HuffmanTable.differences`. */
  #longDifference(bit: number, dc: HuffmanTable): number {
    const entry = codeAt(this.#view, bit, dc);
    const length = entry >> 8;
    const size = entry & 15;
    const from = bit + length;
    const value = size === 0 ? 0 : (this.#view.getUint32(from >>> 3) << (from & 7)) >>> (32 - size);
    const difference = size > 0 && value < 1 << (size - 1) ? value + 1 - (1 << size) : value;
    return (difference << 5) | (length + size);
  }
}

function codeAt(view: DataView, bit: number, table: HuffmanTable): number {
  const entry = table.codeAt((view.getUint32(bit >>> 3) << (bit & 7)) >>> 16);
  if (entry === 0) throw damaged();
  return entry;
}

function damaged(): InvalidInput {
  return new InvalidInput('expected a JPEG, got one whose data is damaged');
}

function cut(means: Uint8Array, stride: number, width: number, height: number): Uint8Array {
  const data = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) data.set(means.subarray(row * stride, row * stride + width), row * width);
  return data;
}
