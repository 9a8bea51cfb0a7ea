import { InvalidInput } from '@rollcall/kit/app-error';

/** Bits that one look into a table covers. Two looks fit into one 25-bit read, the tables into the first-level cache. */
export const lookBits = 12;

/** A Huffman code of a JPEG, made once per DHT. Source: ITU-T T.81, annexes C and F. */
export interface HuffmanTable {
  /** By the next 16 bits: the symbol in the low byte, the length of its code above; 0 for a code that does not exist. */
  codeAt(bits: number): number;
  /**
   * By the next `lookBits` bits, for DC codes: bits of the code and its value (low five bits), and the value, signed (the rest).
   * 0 when they do not fit.
   */
  readonly differences: Int32Array;
  /**
   * By the next `lookBits` bits, for AC codes whose values nobody wants: how far all that lie wholly within them lead. Bits to skip (0–4),
   * coefficients to advance (5–12), `endOfBlock`. 0 when not even one fits.
   */
  readonly skips: Int32Array;
}

/** Where in `skips` the end of the block is marked. */
export const endOfBlock = 1 << 13;

const cache = new Map<string, HuffmanTable>();

/**
 * Tables of a DHT (16 counts, then the symbols). Cameras send the same ones in every frame, so they are kept.
 * @throws InvalidInput when the counts name more codes than there can be.
 */
export function huffmanTable(kind: 'dc' | 'ac', dht: Uint8Array): HuffmanTable {
  const key = kind + Buffer.from(dht.buffer, dht.byteOffset, dht.length).toString('latin1');
  const known = cache.get(key);
  if (known) return known;
  // Optimized tables differ from picture to picture: keep no more than a handful.
  if (cache.size >= 16) cache.clear();
  const short = new Uint16Array(1 << lookBits);
  const long = readCodes(dht, short);
  const table = {
    codeAt: (bits: number) => short[bits >>> (16 - lookBits)] || (long.entries[bits - long.first] ?? 0),
    differences: kind === 'dc' ? differencesOf(short) : new Int32Array(0),
    skips: kind === 'ac' ? skipsOf(short) : new Int32Array(0),
  };
  cache.set(key, table);
  return table;
}

/** The codes of more than `lookBits` bits by their 16 bits less `first`. They are the last ones, so few values are theirs. */
interface LongCodes {
  readonly first: number;
  readonly entries: Uint16Array;
}

/** Canonical codes: those of up to `lookBits` bits into `short`. @returns the others. */
function readCodes(dht: Uint8Array, short: Uint16Array): LongCodes {
  let first = 0x1_0000;
  let entries = new Uint16Array(0);
  let code = 0;
  let symbol = 16;
  for (let length = 1; length <= 16; length++, code <<= 1) {
    for (let i = dht[length - 1] ?? 0; i > 0; i--, code++) {
      if (code >= 1 << length) throw new InvalidInput('expected a JPEG, got one with an impossible Huffman table');
      const entry = (length << 8) | (dht[symbol++] ?? 0);
      if (length <= lookBits) {
        short.fill(entry, code << (lookBits - length), (code + 1) << (lookBits - length));
        continue;
      }
      const begin = code << (16 - length);
      if (entries.length === 0) {
        first = begin;
        entries = new Uint16Array(0x1_0000 - first);
      }
      entries.fill(entry, begin - first, begin - first + (1 << (16 - length)));
    }
  }
  return { first, entries };
}

function differencesOf(short: Uint16Array): Int32Array {
  const differences = new Int32Array(1 << lookBits);
  for (let window = 0; window < differences.length; window++) {
    const entry = short[window] ?? 0;
    const size = entry & 15;
    const bits = (entry >> 8) + size;
    if (entry === 0 || bits > lookBits) continue;
    const value = (window >> (lookBits - bits)) & ((1 << size) - 1);
    const difference = size > 0 && value < 1 << (size - 1) ? value + 1 - (1 << size) : value;
    differences[window] = (difference << 5) | bits;
  }
  return differences;
}

function skipsOf(short: Uint16Array): Int32Array {
  const skips = new Int32Array(1 << lookBits);
  for (let window = 0; window < skips.length; window++) {
    let bits = 0;
    let advance = 0;
    let end = 0;
    while (!end) {
      const entry = short[(window << bits) & ((1 << lookBits) - 1)] ?? 0;
      // Symbol RS: R zeros, then a value of S bits. 0/0 ends the block, 15/0 is sixteen zeros.
      const taken = (entry >> 8) + (entry & 15);
      if (entry === 0 || bits + taken > lookBits) break;
      bits += taken;
      if ((entry & 0xff) === 0) end = endOfBlock;
      else advance += ((entry >> 4) & 15) + 1;
    }
    skips[window] = bits | (advance << 5) | end;
  }
  return skips;
}
