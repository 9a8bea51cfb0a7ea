import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Misconfigured } from '@rollcall/kit/app-error';

/** One tensor of a TensorFlow.js model. */
export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** The part of a `…-weights_manifest.json`, or of a graph's `weightsManifest`, that is needed to read the tensors. */
export type WeightsManifest = readonly {
  readonly paths: readonly string[];
  readonly weights: readonly WeightSpec[];
}[];

interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string; readonly scale?: number; readonly min?: number };
}

/** Every tensor of the manifest by name, with quantized ones restored to float32. */
export async function readWeights(folder: string, manifest: WeightsManifest): Promise<Map<string, Weight>> {
  const weights = new Map<string, Weight>();
  for (const group of manifest) {
    const bytes = Buffer.concat(await Promise.all(group.paths.map((path) => readFile(join(folder, path)))));
    let offset = 0;
    for (const spec of group.weights) {
      const count = spec.shape.reduce((product, size) => product * size, 1);
      const { read, width, make } = reader(spec);
      const data = make(count);
      for (let i = 0; i < count; i++) data[i] = read(bytes, offset + i * width);
      offset += count * width;
      weights.set(spec.name, { shape: spec.shape, data });
    }
  }
  return weights;
}

interface Reader {
  readonly width: number;
  readonly read: (bytes: Buffer, offset: number) => number;
  readonly make: (count: number) => Float32Array | Int32Array;
}

function reader({ name, dtype, quantization }: WeightSpec): Reader {
  const { scale = 1, min = 0 } = quantization ?? {};
  switch (quantization?.dtype ?? dtype) {
    case 'float32':
      return { width: 4, read: (bytes, offset) => bytes.readFloatLE(offset), make: floats };
    case 'int32':
      return { width: 4, read: (bytes, offset) => bytes.readInt32LE(offset), make: integers };
    case 'float16':
      return { width: 2, read: (bytes, offset) => halfFloat(bytes.readUInt16LE(offset)), make: floats };
    case 'uint16':
      return { width: 2, read: (bytes, offset) => bytes.readUInt16LE(offset) * scale + min, make: floats };
    case 'uint8':
      return { width: 1, read: (bytes, offset) => (bytes[offset] ?? 0) * scale + min, make: floats };
    default:
      throw new Misconfigured(
        `weights of ${name}: expected float or quantized numbers, got ${dtype}; is the model package of the pinned version?`,
      );
  }
}

function floats(count: number): Float32Array {
  return new Float32Array(count);
}

function integers(count: number): Int32Array {
  return new Int32Array(count);
}

/** IEEE 754 binary16. */
export function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
