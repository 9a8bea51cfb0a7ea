import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '@rollcall/kit/write-durably';
import { convertModel, type ModelName, modelNames, weightPackages } from './face-models.ts';

/** Goes up when the conversion gives other bytes from the same weights. */
const conversion = 1;

const checksumBytes = 32;

export interface CachedModel {
  readonly bytes: Uint8Array;
  /** The cache could not be written (a full disk, a read-only folder): it works, but converts again at the next start. */
  readonly notKept?: unknown;
}

/**
 * The ONNX bytes of a model: from `folder` if they are there and whole, otherwise converted and kept there. A file is its SHA-256
 * and the model; its name carries what it was made from, so an upgrade never reads an old one. Starts that race write the same bytes.
 */
export async function cachedModel(name: ModelName, folder: string, convert = convertModel): Promise<CachedModel> {
  const path = join(folder, `${name}-${await recipe()}.model`);
  const kept = await readFile(path).catch(() => undefined);
  if (kept && isWhole(kept)) return { bytes: kept.subarray(checksumBytes) };
  const bytes = await convert(name);
  try {
    await writeDurably(path, Buffer.concat([checksum(bytes), bytes]));
    return { bytes };
  } catch (error) {
    return { bytes, notKept: error };
  }
}

/** Converts what is missing, and removes what other versions left in `folder`. */
export async function prepareModels(folder: string): Promise<{ readonly notKept?: unknown }> {
  const models = await Promise.all(modelNames.map((name) => cachedModel(name, folder)));
  const current = await recipe();
  for (const file of await readdir(folder).catch(() => [])) {
    if (file.endsWith('.model') && !file.includes(current)) await rm(join(folder, file), { force: true });
  }
  const failed = models.find((model) => model.notKept !== undefined);
  return failed ? { notKept: failed.notKept } : {};
}

async function recipe(): Promise<string> {
  const made = `${conversion} ${await weightPackages()}`;
  return createHash('sha256').update(made).digest('hex').slice(0, 12);
}

function isWhole(file: Buffer): boolean {
  return file.length > checksumBytes && checksum(file.subarray(checksumBytes)).equals(file.subarray(0, checksumBytes));
}

function checksum(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
