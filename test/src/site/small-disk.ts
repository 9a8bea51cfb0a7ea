import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { open, rm, rmdir, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk that can be full without harm to others. */
export interface SmallDisk {
  readonly path: string;
  /** Leaves so many bytes free, rounded down to a page. */
  readonly fill: (leaveBytes?: number) => Promise<void>;
  /** Undoes `fill`. */
  readonly free: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** Why tests with a full disk are skipped, to be put behind the name of a suite; empty where they run. */
export const withoutSmallDisk = mayMount()
  ? ''
  : ' [skipped: a tmpfs of a few MB cannot be mounted here; run them as root on Linux]';

/** A file system of its own, in memory. */
export function smallDisk(megabytes: number): SmallDisk {
  const path = mountAt(mkdtempSync(join(tmpdir(), 'rollcall-disk-')), megabytes);
  const filler = join(path, 'somebody-elses-file');
  return {
    path,
    async fill(leaveBytes = 0) {
      const { bavail, bsize } = await statfs(path);
      const file = await open(filler, 'a');
      const page = Buffer.alloc(bsize);
      try {
        for (let left = bavail * bsize - leaveBytes; left >= bsize; left -= bsize) await file.appendFile(page);
      } catch (error) {
        // Somebody else took the rest.
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      } finally {
        await file.close();
      }
    },
    free: () => rm(filler, { force: true }),
    async remove() {
      execFileSync('umount', [path], { stdio: 'pipe' });
      await rmdir(path);
    },
  };
}

function mountAt(path: string, megabytes: number): string {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'pipe' });
  return path;
}

function mayMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'rollcall-disk-'));
  try {
    execFileSync('umount', [mountAt(path, 1)], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
