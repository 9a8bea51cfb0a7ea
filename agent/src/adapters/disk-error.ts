/** An error of the file system: a full, read-only or broken disk, a file that is not there. */
export type DiskError = NodeJS.ErrnoException & { readonly code: string };

/** Tells errors of the file system from all others. */
export function isDiskError(error: unknown): error is DiskError {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
