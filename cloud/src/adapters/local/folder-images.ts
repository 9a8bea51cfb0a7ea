import { mkdir, readdir, readFile, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Misconfigured, Unavailable } from '@rollcall/kit/app-error';
import { nodeDisk } from '@rollcall/kit/disk';
import { writeDurably } from '@rollcall/kit/write-durably';
import type { ImageKey, ImageStore, UploadTarget } from '../../ports/image-store.ts';
import { checkImageKey } from '../image-key.ts';
import type { UploadTokens } from './upload-tokens.ts';

/** Errors of a disk or a mount that may be well again later. Source: errno(3). */
const passing = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE', 'ENFILE', 'ESTALE']);

export interface FolderImagesOptions {
  readonly root: string;
  readonly tokens: UploadTokens;
}

/** Pictures as files below one folder, readable by the owner alone. */
export class FolderImages implements ImageStore {
  readonly #root: string;
  readonly #temp: string;
  readonly #tokens: UploadTokens;

  private constructor(options: FolderImagesOptions) {
    this.#root = options.root;
    this.#temp = join(options.root, '.incoming');
    this.#tokens = options.tokens;
  }

  /** Makes the folder and removes what a write that never ended left. @throws Misconfigured when it cannot. */
  static async open(options: FolderImagesOptions): Promise<FolderImages> {
    const images = new FolderImages(options);
    try {
      await rm(images.#temp, { recursive: true, force: true });
      await mkdir(images.#temp, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new Misconfigured(`cannot write to ${options.root}: check that it is a folder, and who owns it`, {
        cause: error,
      });
    }
    return images;
  }

  async put(key: ImageKey, image: Uint8Array): Promise<void> {
    const path = this.#pathOf(key);
    try {
      await this.#write(path, image);
    } catch (error) {
      throw storeError(error);
    }
  }

  async get(key: ImageKey): Promise<Uint8Array | undefined> {
    const path = this.#pathOf(key);
    try {
      return await readFile(path);
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw storeError(error);
    }
  }

  async delete(key: ImageKey): Promise<void> {
    const path = this.#pathOf(key);
    try {
      await unlink(path);
      await nodeDisk.syncFolder(dirname(path));
    } catch (error) {
      if (!isAbsence(error)) throw storeError(error);
    }
  }

  async deletePrefix(prefix: string): Promise<number> {
    const folder = this.#pathOf(prefix.replace(/\/$/, ''));
    try {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      await rm(folder, { recursive: true, maxRetries: 3 });
      await nodeDisk.syncFolder(dirname(folder));
      return entries.filter((entry) => entry.isFile()).length;
    } catch (error) {
      if (isAbsence(error)) return 0;
      throw storeError(error);
    }
  }

  /** Relative to the API's own address, so that it works by whatever name the caller reached it. */
  async uploadUrl(
    key: ImageKey,
    options: { readonly expiresAt: number; readonly maxBytes: number },
  ): Promise<UploadTarget> {
    this.#pathOf(key);
    const token = this.#tokens.sign({ key, ...options });
    return { url: `/uploads/${token}`, method: 'PUT', headers: { 'content-type': 'image/jpeg' } };
  }

  async #write(path: string, image: Uint8Array): Promise<void> {
    try {
      await writeDurably(path, image, { tempFolder: this.#temp });
    } catch (error) {
      // deletePrefix took the folder between making it and the rename.
      if (!isAbsence(error)) throw error;
      await writeDurably(path, image, { tempFolder: this.#temp });
    }
  }

  #pathOf(key: string): string {
    checkImageKey(key);
    return join(this.#root, key);
  }
}

function isAbsence(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
}

function storeError(error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined || !passing.has(code)) return error;
  return new Unavailable(`the picture folder cannot be used now (${code}): check its disk and the space on it`, {
    cause: error,
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
