import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { nodeDisk } from '@rollcall/kit/disk';
import { isDiskError } from './disk-error.ts';

/**
 * Writes over a file's content, then removes it, for good. Nothing happens when it is gone already. On flash, a copy may outlive it in
 * cells that the card has put aside: nothing but taking back what the secret opens helps against who reads those.
 */
export async function wipeFile(path: string): Promise<void> {
  try {
    const file = await open(path, 'r+');
    try {
      const { size } = await file.stat();
      await file.write(randomBytes(size), 0, size, 0);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isDiskError(error) && error.code === 'ENOENT') return;
    throw error;
  }
  await rm(path, { force: true });
  await nodeDisk.syncFolder(dirname(path));
}
