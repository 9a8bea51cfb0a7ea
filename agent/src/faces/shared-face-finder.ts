import type { FaceFinder, FindOptions } from '../ports/face-finder.ts';

/** One finder for several who look for faces: its models are in memory once, and for as long as one of them needs them. */
export class SharedFaceFinder {
  readonly #finder: FaceFinder;
  readonly #users = new Set<FaceFinder>();

  constructor(finder: FaceFinder) {
    this.#finder = finder;
  }

  /** Whether its models are in memory. */
  get isReady(): boolean {
    return this.#finder.isReady;
  }

  /** A finder for one more, started and stopped by itself. */
  lend(): FaceFinder {
    const finder = this.#finder;
    const users = this.#users;
    const lent: FaceFinder = {
      async start() {
        users.add(lent);
        try {
          await finder.start();
        } catch (error) {
          users.delete(lent);
          throw error;
        }
      },
      get isReady() {
        return users.has(lent) && finder.isReady;
      },
      find: (image: Uint8Array, options: FindOptions) => finder.find(image, options),
      async stop() {
        users.delete(lent);
        if (users.size === 0) await finder.stop();
      },
    };
    return lent;
  }
}
