import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';

/** A file that is being written: not there for good before `sync`, and not in its folder for good before the folder's `syncFolder`. */
export interface NewFile {
  write(data: string | Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What is asked of a file system where a power cut must lose nothing, so that tests can cut the power between any two steps. */
export interface Disk {
  /** With those above it. @returns the first folder that was missing. */
  makeFolder(path: string, mode?: number): Promise<string | undefined>;
  /** Names in a folder, in no order. */
  list(folder: string): Promise<string[]>;
  /** `changedAt`: ms since the epoch. */
  look(path: string): Promise<{ readonly bytes: number; readonly changedAt: number }>;
  read(path: string): Promise<Buffer>;
  /** A new file; one that is there is an error. */
  create(path: string, mode: number): Promise<NewFile>;
  /** Replaces what is there, in one step. */
  rename(from: string, to: string): Promise<void>;
  /** Nothing happens when it is gone already. */
  remove(path: string): Promise<void>;
  /** Makes what was created, renamed and removed in `folder` durable. */
  syncFolder(folder: string): Promise<void>;
}

/** The machine's. */
export const nodeDisk: Disk = {
  makeFolder: (path, mode) => mkdir(path, { recursive: true, ...(mode !== undefined && { mode }) }),
  list: (folder) => readdir(folder),
  look: async (path) => {
    const { size, mtimeMs } = await stat(path);
    return { bytes: size, changedAt: mtimeMs };
  },
  read: (path) => readFile(path),
  create: async (path, mode) => {
    const file = await open(path, 'wx', mode);
    return { write: (data) => file.writeFile(data), sync: () => file.sync(), close: () => file.close() };
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  syncFolder: async (folder) => {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};
