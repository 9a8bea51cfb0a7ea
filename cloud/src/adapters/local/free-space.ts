import { statfs } from 'node:fs/promises';
import { Unavailable } from '@rollcall/kit/app-error';

/** Bytes below which a site is about to refuse what comes: the largest picture, and the records that follow from it. */
const leastBytes = 16 * 1024 * 1024;

/** @throws Unavailable, saying how much is left, when the disk with `folder` is full or as good as. */
export async function checkFreeSpace(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const bytes = bavail * bsize;
  if (bytes >= leastBytes) return;
  const left = `${Math.floor(bytes / 1024)} KB`;
  throw new Unavailable(`the disk with ${folder} has ${left} left: free some space; what does not fit is refused`);
}
