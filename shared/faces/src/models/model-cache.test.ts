import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cachedModel, prepareModels } from './model-cache.ts';

let folder: string;
let conversions: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'models-'));
  conversions = 0;
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function convert(): Promise<Uint8Array> {
  conversions++;
  return Uint8Array.of(1, 2, 3, 4);
}

async function onlyFile(): Promise<string> {
  const files = await readdir(folder);
  expect(files).toHaveLength(1);
  return join(folder, files[0] ?? '');
}

describe('cachedModel', () => {
  it('converts once, also into a folder that is not there yet', async () => {
    const deep = join(folder, 'not', 'yet');
    const first = await cachedModel('mesh', deep, convert);
    const second = await cachedModel('mesh', deep, convert);
    expect([...second.bytes]).toEqual([...first.bytes]);
    expect(conversions).toBe(1);
  });

  it.each([
    ['changed', (file: Buffer) => Buffer.concat([file.subarray(0, -1), Buffer.of(99)])],
    ['cut off', (file: Buffer) => file.subarray(0, -2)],
    ['empty', () => Buffer.alloc(0)],
  ])('converts again when the file is %s', async (_, damage) => {
    await cachedModel('mesh', folder, convert);
    const path = await onlyFile();
    await writeFile(path, damage(await readFile(path)));
    expect([...(await cachedModel('mesh', folder, convert)).bytes]).toEqual([1, 2, 3, 4]);
    expect(conversions).toBe(2);
    await cachedModel('mesh', folder, convert);
    expect(conversions).toBe(2);
  });

  it('gives every one of several first starts a whole model, and leaves one file', async () => {
    const starts = await Promise.all(Array.from({ length: 8 }, () => cachedModel('mesh', folder, convert)));
    for (const { bytes } of starts) expect([...bytes]).toEqual([1, 2, 3, 4]);
    await onlyFile();
  });

  it('works without a folder that can be written, and says so', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const { bytes, notKept } = await cachedModel('mesh', file, convert);
    expect([...bytes]).toEqual([1, 2, 3, 4]);
    expect(notKept).toBeInstanceOf(Error);
  });
});

describe('prepareModels', () => {
  it('keeps the three models and removes those of other versions', async () => {
    await writeFile(join(folder, 'mesh-0123456789ab.model'), 'old');
    expect(await prepareModels(folder)).toEqual({});
    const files = await readdir(folder);
    expect(new Set(files.map((file) => file.split('-')[0]))).toEqual(new Set(['descriptor', 'detector', 'mesh']));
    expect(files).toHaveLength(3);
  });
});
