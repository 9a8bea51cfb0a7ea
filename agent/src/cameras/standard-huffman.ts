import type { JpegHeader } from './jpeg-header.ts';

/** Counts and symbols of the tables that nearly every encoder without its own uses. Source: ITU-T T.81, annex K.3. */
const tables = {
  /** DC of luma. */
  0x00: '00010501010101010100000000000000000102030405060708090a0b',
  /** AC of luma. */
  0x10:
    '0002010303020403050504040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728' +
    '292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7' +
    'a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa',
  /** DC of color. */
  0x01: '00030101010101010101010000000000000102030405060708090a0b',
  /** AC of color. */
  0x11:
    '00020102040403040705040400010277000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a26' +
    '2728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5' +
    'a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa',
} as const;

const segment = dht();

/** Whether a JPEG leaves out the tables that it is coded with, as USB cameras do. Source: USB Video Class, Motion-JPEG payload. */
export function lacksHuffmanTables({ process, dcTables, acTables }: JpegHeader): boolean {
  return (process === 0xc0 || process === 0xc1) && dcTables.length === 0 && acTables.length === 0;
}

/** The same JPEG with the standard tables in it, so that every reader can read it; a damaged one as it is. */
export function withHuffmanTables(jpeg: Uint8Array, { dataOffset, scan }: JpegHeader): Uint8Array {
  // Before the start of scan: 2 bytes of marker, 6 and 2 for each component.
  const at = dataOffset - 8 - 2 * scan.length;
  if (at < 2 || jpeg[at] !== 0xff || jpeg[at + 1] !== 0xda) return jpeg;
  const whole = new Uint8Array(jpeg.length + segment.length);
  whole.set(jpeg.subarray(0, at));
  whole.set(segment, at);
  whole.set(jpeg.subarray(at), at + segment.length);
  return whole;
}

function dht(): Uint8Array {
  const parts = Object.entries(tables).map(([id, hex]) =>
    Buffer.concat([Buffer.of(Number(id)), Buffer.from(hex, 'hex')]),
  );
  const length = 2 + parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.of(0xff, 0xc4, length >> 8, length & 0xff), ...parts]);
}
