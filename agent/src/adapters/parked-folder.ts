import { join } from 'node:path';
import type { Clock } from '@rollcall/kit/clock';
import type { Disk, NewFile } from '@rollcall/kit/disk';
import type { Log } from '@rollcall/kit/log';
import type { OutboxKeys } from './outbox-keys.ts';
import { seal } from './seal.ts';

export interface ParkedFolderOptions {
  readonly folder: string;
  readonly disk: Disk;
  readonly keys: OutboxKeys;
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

/** What follows the name of a parked file in the name of the file that says why it is there. */
export const whyEnding = '.why.txt';

/**
 * Messages and pictures that can never be delivered, for ops to look at (`rollcall-agent parked`): sealed, each with a `.why.txt`
 * beside it. Bounded by count, size and age: the oldest are deleted. A disk that takes nothing is logged and never stops the agent.
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
    const { folder, disk } = this.#options;
    await disk.makeFolder(folder, 0o700);
    for (const file of await disk.list(folder)) {
      if (file.endsWith(whyEnding)) continue;
      const { bytes, changedAt } = await disk.look(join(folder, file));
      this.#parked.push({ file, bytes, at: changedAt });
    }
    this.#parked.sort((a, b) => a.at - b.at);
    await this.trim();
  }

  /** Moves the file in `from` here, as it is. */
  async move(from: string, file: string, reason: string): Promise<void> {
    const { disk } = this.#options;
    await this.#keep(file, reason, async (to) => {
      await disk.rename(from, to);
      return (await disk.look(to)).bytes;
    });
  }

  /** Seals `data`, and writes it here. */
  async write(file: string, data: Uint8Array, reason: string): Promise<void> {
    await this.#keep(file, reason, async (to) => {
      const sealed = seal(await this.#options.keys.current(), file, data);
      await this.#write(to, sealed);
      return sealed.length;
    });
  }

  /** Deletes what is too much or too old. */
  async trim(): Promise<void> {
    const { folder, disk, clock, log, maxItems, maxBytes, maxAgeMs } = this.#options;
    let bytes = this.#parked.reduce((sum, parked) => sum + parked.bytes, 0);
    for (;;) {
      const oldest = this.#parked[0];
      if (!oldest) return;
      if (this.#parked.length <= maxItems && bytes <= maxBytes && clock.now() - oldest.at <= maxAgeMs) return;
      this.#parked.shift();
      bytes -= oldest.bytes;
      try {
        await disk.remove(join(folder, oldest.file));
        await disk.remove(join(folder, `${oldest.file}${whyEnding}`));
      } catch (error) {
        log.error('parked-not-deleted', { file: oldest.file, err: error });
      }
    }
  }

  async #keep(file: string, reason: string, place: (to: string) => Promise<number>): Promise<void> {
    const { folder, clock, log } = this.#options;
    log.warn('parked', { file, reason });
    try {
      const bytes = await place(join(folder, file));
      this.#parked = this.#parked.filter((parked) => parked.file !== file);
      this.#parked.push({ file, bytes, at: clock.now() });
      await this.#write(join(folder, `${file}${whyEnding}`), `${reason}\n`);
    } catch (error) {
      log.error('park-failed', { file, err: error });
    }
    await this.trim();
  }

  /** Over what is there: the same may come again after a power cut. */
  async #write(path: string, data: string | Uint8Array): Promise<void> {
    const { disk } = this.#options;
    await disk.remove(path);
    const file: NewFile = await disk.create(path, 0o600);
    try {
      await file.write(data);
    } finally {
      await file.close();
    }
  }
}
