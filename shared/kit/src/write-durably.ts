import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

export interface WriteOptions {
  /** @default 0o600 */
  readonly mode?: number;
  /** Where the temp file is written, on the same file system and there already. @default the folder of the file */
  readonly tempFolder?: string;
}

/**
 * `data` at `path`, whole or not at all, and still there after a power cut: temp file, fsync, rename, fsync of the folder.
 * Makes the folder if it is missing. On an error the temp file is gone and `path` is as it was.
 */
export async function writeDurably(path: string, data: string | Uint8Array, options: WriteOptions = {}): Promise<void> {
  const folder = dirname(path);
  await makeFolder(folder);
  const temp = join(options.tempFolder ?? folder, `.${randomBytes(8).toString('hex')}.tmp`);
  try {
    const file = await open(temp, 'wx', options.mode ?? 0o600);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temp, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(temp, { force: true });
    throw error;
  }
}

/** A new folder is durable once the folder that lists it is. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  const top = dirname(resolve(first));
  for (let parent = dirname(resolve(folder)); parent.startsWith(top); parent = dirname(parent)) {
    await syncFolder(parent);
    if (parent === top) return;
  }
}

/** Makes renames and deletes in `folder` durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
