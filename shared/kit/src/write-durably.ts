import { randomBytes } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { type Disk, nodeDisk } from './disk.ts';

export interface WriteOptions {
  /** @default 0o600 */
  readonly mode?: number;
  /** Where the temp file is written, on the same file system and there already. @default the folder of the file */
  readonly tempFolder?: string;
  /** @default nodeDisk */
  readonly disk?: Disk;
}

/**
 * `data` at `path`, whole or not at all, and still there after a power cut: temp file, fsync, rename, fsync of the folder.
 * Makes the folder if it is missing. On an error the temp file is gone, and `path` is as it was or, when only the last step failed, new.
 */
export async function writeDurably(path: string, data: string | Uint8Array, options: WriteOptions = {}): Promise<void> {
  const { disk = nodeDisk, mode = 0o600 } = options;
  const folder = dirname(path);
  await makeFolderDurably(folder, { disk });
  const temp = join(options.tempFolder ?? folder, `.${randomBytes(8).toString('hex')}.tmp`);
  try {
    const file = await disk.create(temp, mode);
    try {
      await file.write(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await disk.rename(temp, path);
    await disk.syncFolder(folder);
  } catch (error) {
    // What is left of it is in nobody's way; why it failed matters more than that it cannot be cleared away either.
    await disk.remove(temp).catch(() => {});
    throw error;
  }
}

/** A new folder is durable once the folder that lists it is. */
export async function makeFolderDurably(
  folder: string,
  { disk = nodeDisk, mode }: Pick<WriteOptions, 'disk' | 'mode'> = {},
): Promise<void> {
  const first = await disk.makeFolder(folder, mode);
  if (first === undefined) return;
  const top = dirname(resolve(first));
  for (let parent = dirname(resolve(folder)); parent.startsWith(top); parent = dirname(parent)) {
    await disk.syncFolder(parent);
    if (parent === top) return;
  }
}
