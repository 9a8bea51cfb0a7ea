import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Disk, nodeDisk } from '@rollcall/kit/disk';
import type { Log } from '@rollcall/kit/log';
import { z } from 'zod';
import { isDiskError } from './disk-error.ts';
import { parseOutboxFileName } from './outbox-file-name.ts';
import { OutboxKeys } from './outbox-keys.ts';
import { decodeRecord } from './outbox-record.ts';
import { whyEnding } from './parked-folder.ts';
import { unseal } from './seal.ts';

export interface ReadParkedOptions {
  readonly dataDir: string;
  readonly keyFile?: string | undefined;
  /** Where to write; made if it is missing. */
  readonly to: string;
  readonly log: Log;
  /** @default nodeDisk */
  readonly disk?: Disk;
}

/** One thing that was set aside, and where it can be looked at now. */
export interface ReadParked {
  readonly file: string;
  readonly why: string;
  /** Files in `to`; none when it cannot be read, and `why` says that as well. */
  readonly written: readonly string[];
}

/**
 * Writes what was parked where somebody can look at it, unsealed: pictures as `.jpg`, messages without their picture as `.json`. Changes nothing
 * of the device's own, so the agent may run meanwhile. @throws Misconfigured for a bad `keyFile`, a disk's error for `to`.
 */
export async function readParked(options: ReadParkedOptions): Promise<ReadParked[]> {
  const { dataDir, to, disk = nodeDisk } = options;
  const keys = await OutboxKeys.open({ ...options, disk });
  const folder = join(dataDir, 'parked');
  const files = (await list(disk, folder)).filter((file) => !file.endsWith(whyEnding));
  await mkdir(to, { recursive: true, mode: 0o700 });
  const found: ReadParked[] = [];
  for (const file of files.sort()) {
    const why = await text(disk, join(folder, `${file}${whyEnding}`));
    const bytes = await disk.read(join(folder, file));
    const unsealed = file.endsWith('.sealed') ? unseal(keys.all, file, bytes) : { data: bytes };
    if ('problem' in unsealed) {
      found.push({ file, why: why.includes(unsealed.problem) ? why : `${why}; ${unsealed.problem}`, written: [] });
    } else found.push({ file, why, written: await write(to, file, unsealed.data) });
  }
  return found;
}

const WithPicture = z.looseObject({ image: z.string() });

async function write(to: string, file: string, data: Buffer): Promise<string[]> {
  const named = parseOutboxFileName(file);
  const payload = named?.isSealed ? decodeRecord(data)?.payload : named && data;
  const parts = payload ? partsOf(payload, file) : { [file.replace(/\.sealed$/, '')]: data };
  for (const [name, bytes] of Object.entries(parts)) await writeFile(join(to, name), bytes, { mode: 0o600 });
  return Object.keys(parts);
}

/** A message and its picture, apart. */
function partsOf(payload: Buffer, file: string): Record<string, Buffer> {
  const name = file.replace(/(_synced|_unsynced)?\.(sealed|json)$/, '');
  const json = parseJson(payload);
  const { success, data } = WithPicture.safeParse(json);
  if (!success) return { [`${name}.json`]: payload };
  const { image, ...rest } = data;
  return {
    [`${name}.json`]: Buffer.from(`${JSON.stringify(rest, null, 2)}\n`),
    [`${name}.jpg`]: Buffer.from(image, 'base64'),
  };
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString());
  } catch {
    return undefined;
  }
}

async function list(disk: Disk, folder: string): Promise<string[]> {
  try {
    return await disk.list(folder);
  } catch (error) {
    if (isDiskError(error) && error.code === 'ENOENT') return [];
    throw error;
  }
}

async function text(disk: Disk, path: string): Promise<string> {
  try {
    return (await disk.read(path)).toString().trim();
  } catch (error) {
    if (isDiskError(error)) return 'nothing says why';
    throw error;
  }
}
