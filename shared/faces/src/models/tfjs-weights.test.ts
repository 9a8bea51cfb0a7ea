import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Misconfigured } from '@rollcall/kit/app-error';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { halfFloat, readWeights } from './tfjs-weights.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weights-'));
  const bytes = Buffer.alloc(4 * 2 + 2 * 2 + 3);
  bytes.writeFloatLE(1.5, 0);
  bytes.writeInt32LE(-7, 4);
  bytes.writeUInt16LE(0x3c00, 8);
  bytes.writeUInt16LE(1_000, 10);
  bytes.set([0, 10, 255], 12);
  // In two files, cut in the middle of a number, as real models are.
  await writeFile(join(folder, 'a.bin'), bytes.subarray(0, 6));
  await writeFile(join(folder, 'b.bin'), bytes.subarray(6));
});

afterAll(() => rm(folder, { recursive: true }));

describe('readWeights', () => {
  it('reads every kind of number that the models use, over files', async () => {
    const weights = await readWeights(folder, [
      {
        paths: ['a.bin', 'b.bin'],
        weights: [
          { name: 'float', shape: [1], dtype: 'float32' },
          { name: 'int', shape: [], dtype: 'int32' },
          { name: 'half', shape: [1], dtype: 'float32', quantization: { dtype: 'float16' } },
          { name: 'word', shape: [1], dtype: 'float32', quantization: { dtype: 'uint16', scale: 0.5, min: -100 } },
          { name: 'byte', shape: [3, 1], dtype: 'float32', quantization: { dtype: 'uint8', scale: 2, min: -1 } },
        ],
      },
    ]);
    expect([...(weights.get('float')?.data ?? [])]).toEqual([1.5]);
    expect([...(weights.get('int')?.data ?? [])]).toEqual([-7]);
    expect([...(weights.get('half')?.data ?? [])]).toEqual([1]);
    expect([...(weights.get('word')?.data ?? [])]).toEqual([400]);
    expect(weights.get('byte')).toEqual({ shape: [3, 1], data: Float32Array.of(-1, 19, 509) });
  });

  it('refuses numbers that it does not know', async () => {
    const manifest = [{ paths: [], weights: [{ name: 'text', shape: [1], dtype: 'string' }] }];
    await expect(readWeights(folder, manifest)).rejects.toThrow(Misconfigured);
  });
});

describe('halfFloat', () => {
  it.each([
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x3555, 0.333251953125],
    [0xc000, -2],
    [0x7bff, 65_504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])('reads %x as %d', (bits, value) => {
    expect(halfFloat(bits)).toBe(value);
  });
});
