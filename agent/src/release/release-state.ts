import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { JobId } from '@rollcall/contract/device-job';
import { Unavailable } from '@rollcall/kit/app-error';
import { writeDurably } from '@rollcall/kit/write-durably';
import { z } from 'zod';
import { isDiskError } from '../adapters/disk-error.ts';
import { Version } from './release-manifest.ts';

const Trial = z.strictObject({
  version: Version,
  jobId: JobId,
  /** How often it was started. */
  starts: z.int().min(0),
  /** The camera gave pictures before: then it has to with this version too. */
  cameraWorked: z.boolean(),
  /** The package over which it was started. */
  packaged: Version.optional(),
});

/** Which release runs, and what is being tried. Without a `current` one the packaged agent runs. */
export const ReleaseState = z.strictObject({
  v: z.literal(1),
  current: Version.optional(),
  /** The package over which that came, whichever is newer. */
  packaged: Version.optional(),
  trial: Trial.optional(),
  /** The last one that did not prove itself, and why. */
  failed: z.strictObject({ version: Version, reason: z.string() }).optional(),
});
export type ReleaseState = z.infer<typeof ReleaseState>;

/** The releases that a device got after it was installed: `{folder}/{version}`, each with its signed manifest, and the state. */
export class Releases {
  readonly folder: string;
  readonly #file: string;

  constructor(folder: string) {
    this.folder = folder;
    this.#file = join(folder, 'state.json');
  }

  /** Where a version lies, or would. */
  pathOf(version: string): string {
    return join(this.folder, version);
  }

  /** A state that is missing or damaged is one without releases: then the packaged agent runs. */
  async load(): Promise<ReleaseState> {
    try {
      return ReleaseState.parse(JSON.parse(await readFile(this.#file, 'utf8')));
    } catch {
      return { v: 1 };
    }
  }

  /** @throws Unavailable when the disk does not take it. */
  async save(state: ReleaseState): Promise<void> {
    try {
      await writeDurably(this.#file, `${JSON.stringify(state, null, 2)}\n`);
    } catch (cause) {
      if (!isDiskError(cause)) throw cause;
      throw new Unavailable(`the disk of the device does not take it (${cause.code})`, { cause });
    }
  }

  async remove(version: string): Promise<void> {
    await rm(this.pathOf(version), { recursive: true, force: true });
  }

  /** Removes releases that were given up or replaced, and what was left of fetching. Call it before anything is fetched. */
  async sweep(running: string): Promise<void> {
    const { current, trial } = await this.load();
    const wanted = new Set<string | undefined>([basename(this.#file), running, current, trial?.version]);
    try {
      const left = (await readdir(this.folder)).filter((name) => !wanted.has(name));
      for (const name of left) await rm(join(this.folder, name), { recursive: true, force: true });
    } catch (error) {
      // It is in nobody's way but for its space.
      if (!isDiskError(error)) throw error;
    }
  }
}
