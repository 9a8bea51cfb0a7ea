import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';

export interface ParkedFolderOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** @default 200 */
  readonly maxItems?: number;
  /** @default 50 MB */
  readonly maxBytes?: number;
  /** They may show faces, so they go even when nobody looks. @default 7 days */
  readonly maxAgeMs?: number;
}

interface Parked {
  readonly file: string;
  readonly bytes: number;
  readonly at: number;
}

/**
 * Messages and pictures that can never be delivered, for ops to look at: each with a `.why.txt` beside it. Bounded by count,
 * size and age: the oldest are deleted. A disk that takes nothing is logged and never stops the agent.
 */
export class ParkedFolder {
  readonly #options: Required<ParkedFolderOptions>;
  #parked: Parked[] = [];

  constructor(options: ParkedFolderOptions) {
    this.#options = { maxItems: 200, maxBytes: 50_000_000, maxAgeMs: 7 * 86_400_000, ...options };
  }

  get count(): number {
    return this.#parked.length;
  }

  async open(): Promise<void> {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const file of await readdir(folder)) {
      if (file.endsWith('.why.txt')) continue;
      const { size, mtimeMs } = await stat(join(folder, file));
      this.#parked.push({ file, bytes: size, at: mtimeMs });
    }
    this.#parked.sort((a, b) => a.at - b.at);
    await this.#trim();
  }

  /** Moves the file in `from` here. */
  async move(from: string, file: string, reason: string): Promise<void> {
    await this.#keep(file, reason, async (to) => {
      await rename(from, to);
      return (await stat(to)).size;
    });
  }

  /** Writes `data` here. */
  async write(file: string, data: Uint8Array, reason: string): Promise<void> {
    await this.#keep(file, reason, async (to) => {
      await writeFile(to, data, { mode: 0o600 });
      return data.length;
    });
  }

  async #keep(file: string, reason: string, place: (to: string) => Promise<number>): Promise<void> {
    const { folder, clock, log } = this.#options;
    log.warn('parked', { file, reason });
    try {
      const bytes = await place(join(folder, file));
      this.#parked.push({ file, bytes, at: clock.now() });
      await writeFile(join(folder, `${file}.why.txt`), `${reason}\n`, { mode: 0o600 });
    } catch (error) {
      log.error('park-failed', { file, err: error });
    }
    await this.#trim();
  }

  async #trim(): Promise<void> {
    const { folder, clock, log, maxItems, maxBytes, maxAgeMs } = this.#options;
    let bytes = this.#parked.reduce((sum, parked) => sum + parked.bytes, 0);
    for (;;) {
      const oldest = this.#parked[0];
      if (!oldest) return;
      if (this.#parked.length <= maxItems && bytes <= maxBytes && clock.now() - oldest.at <= maxAgeMs) return;
      this.#parked.shift();
      bytes -= oldest.bytes;
      try {
        await rm(join(folder, oldest.file), { force: true });
        await rm(join(folder, `${oldest.file}.why.txt`), { force: true });
      } catch (error) {
        log.error('parked-not-deleted', { file: oldest.file, err: error });
      }
    }
  }
}
