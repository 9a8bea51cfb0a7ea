import type { FoundFace } from '@rollcall/faces/face';
import { FaceWorkers } from '@rollcall/faces/workers/face-workers';
import { Unavailable } from '@rollcall/kit/app-error';
import type { Log } from '@rollcall/kit/log';
import type { FaceFinder, FindOptions } from '../ports/face-finder.ts';

export interface WorkerFaceFinderOptions {
  /** Where converted models are kept; made if missing. */
  readonly cacheDir: string;
  readonly log: Log;
  /** What the process runs. @default the one of `@rollcall/faces` */
  readonly script?: URL;
}

/** Pictures that may wait: the face gate hands in one at a time, commissioning another. */
const queueLimit = 4;
/** A shot is of no use later than that. */
const requestTimeoutMs = 2_000;
/** What answers nothing for so long will not answer at all: it is ended by force. */
const stuckAfterMs = 30_000;

/**
 * Finds faces in a process of its own, which is there only while it is started, and is started again when it dies: its memory is free when the gate
 * is off, and native code that crashes takes no frame with it.
 */
export class WorkerFaceFinder implements FaceFinder {
  readonly #options: WorkerFaceFinderOptions;
  #workers: FaceWorkers | undefined;
  #starting: Promise<void> | undefined;

  constructor(options: WorkerFaceFinderOptions) {
    this.#options = options;
  }

  get isReady(): boolean {
    return this.#workers?.isReady ?? false;
  }

  start(): Promise<void> {
    this.#starting ??= this.#launch();
    return this.#starting;
  }

  async find(image: Uint8Array, { within, measure = false }: FindOptions): Promise<readonly FoundFace[]> {
    if (!this.#workers) throw new Unavailable('face finder: it is not started');
    const options = {
      describe: false,
      measure,
      confirm: true,
      blurred: measure,
      boxes: 'stored' as const,
      ...(within && { within }),
    };
    return this.#workers.read(image, options);
  }

  async stop(): Promise<void> {
    const workers = this.#workers;
    this.#workers = undefined;
    this.#starting = undefined;
    await workers?.stop();
  }

  async #launch(): Promise<void> {
    const limits = { count: 1, queueLimit, requestTimeoutMs, stuckAfterMs };
    const workers = new FaceWorkers({ ...this.#options, ...limits, kind: 'process', descriptor: false });
    this.#workers = workers;
    try {
      await workers.start();
    } catch (error) {
      // Unless it was stopped and started again meanwhile.
      if (this.#workers === workers) this.#workers = this.#starting = undefined;
      throw error;
    }
  }
}
