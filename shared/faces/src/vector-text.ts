import { vectorLength } from './describe-face.ts';

/** A vector as base64 of its little-endian float32 numbers: 684 characters. */
export function vectorText(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [i, value] of vector.entries()) bytes.writeFloatLE(value, i * 4);
  return bytes.toString('base64');
}

/** Ours to have made, so anything else is a bug. */
export function parseVector(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== vectorLength * 4) {
    throw new Error(`face vector: expected ${vectorLength} numbers in base64, got ${bytes.length} bytes`);
  }
  const vector = new Float32Array(vectorLength);
  for (let i = 0; i < vectorLength; i++) vector[i] = bytes.readFloatLE(i * 4);
  return vector;
}
