import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Misconfigured } from '@rollcall/kit/app-error';
import type { TimedImage } from './pace.ts';
import type { RecordedSource } from './recorded.ts';

/** The JPEG files of a folder in the order of their names, `fps` a second. A file that cannot be read is a bad frame. */
export class FolderSource implements RecordedSource {
  readonly #dir: string;
  readonly #frameMs: number;
  readonly #loop: boolean;

  constructor(dir: string, options: { readonly fps: number; readonly loop: boolean }) {
    this.#dir = dir;
    this.#frameMs = 1000 / options.fps;
    this.#loop = options.loop;
  }

  async *images(signal: AbortSignal, onBad: (count: number) => void): AsyncGenerator<TimedImage, void> {
    const names = await this.#names();
    let count = 0;
    do {
      let whole = 0;
      for (const name of names) {
        if (signal.aborted) return;
        const image = await readFile(join(this.#dir, name)).catch(() => undefined);
        const offsetMs = Math.round(count++ * this.#frameMs);
        if (!image) onBad(1);
        else {
          whole++;
          yield { image, offsetMs };
        }
      }
      // A folder that was emptied meanwhile must not spin.
      if (whole === 0) return;
    } while (this.#loop);
  }

  async spanMs(): Promise<number> {
    return Math.round(((await this.#names()).length - 1) * this.#frameMs);
  }

  async #names(): Promise<string[]> {
    const all = await readdir(this.#dir).catch((cause: unknown) => {
      throw new Misconfigured(`camera folder:${this.#dir}: expected a folder that can be read`, { cause });
    });
    const names = all.filter((name) => /\.jpe?g$/i.test(name)).sort();
    if (names.length === 0)
      throw new Misconfigured(`camera folder:${this.#dir}: expected .jpg files in it, found none`);
    return names;
  }
}
