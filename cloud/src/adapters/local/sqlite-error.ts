import { AppError, Misconfigured, Unavailable } from '@rollcall/kit/app-error';

/** Primary result codes. Source: https://www.sqlite.org/rescode.html */
const codes = { busy: 5, locked: 6, readOnly: 8, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 };

/** What an error of `node:sqlite` means to the site: `Unavailable`, `Misconfigured`, or, unchanged, a bug. */
export function sqliteError(error: unknown, path: string): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const options = { cause: error };
  if ('syscall' in error)
    return new Misconfigured(`cannot write ${path} (${error.message}): check folder and owner`, options);
  if (!('errcode' in error)) return error;
  // The low byte is the primary code; the rest says more, such as which I/O call failed.
  switch (Number(error.errcode) & 0xff) {
    case codes.full:
      return new Unavailable(`the disk with ${path} is full: free some space; nothing of this write was kept`, options);
    case codes.ioError:
      return new Unavailable(
        `could not read or write ${path} (${error.message}): check the disk and its space`,
        options,
      );
    case codes.busy:
    case codes.locked:
      return new Unavailable(`${path} is locked by another process: close what has it open`, options);
    case codes.corrupt:
    case codes.notADatabase:
      return new Misconfigured(
        `${path} is damaged or no database of Rollcall (${error.message}): move it and its -wal and -shm files away, ` +
          'then restore a backup, or start anew without it',
        { ...options, code: 'corrupt-database' },
      );
    case codes.cannotOpen:
    case codes.readOnly:
      return new Misconfigured(
        `cannot open ${path} for writing: check that its folder exists and who owns it`,
        options,
      );
    default:
      return error;
  }
}
