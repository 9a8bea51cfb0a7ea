import { InvalidInput, Unavailable } from '@rollcall/kit/app-error';
import { backoff } from '@rollcall/kit/backoff';
import type { Log } from '@rollcall/kit/log';
import type { FoundFace } from '../face.ts';
import type { ReadOptions } from '../face-reader.ts';
import { endOfWork, type FaceAnswer, type FaceRequest } from './face-request.ts';
import { type StartedWorker, startWorker, type WorkerKind } from './start-worker.ts';

export interface FaceWorkersOptions {
  readonly cacheDir: string;
  /** Whether vectors can be asked for. @default true */
  readonly descriptor?: boolean;
  readonly count: number;
  readonly queueLimit: number;
  readonly requestTimeoutMs: number;
  /** Ms beyond its time after which a thread is taken for stuck and ended by force. @default 60000 */
  readonly stuckAfterMs?: number;
  readonly log: Log;
  /** @default thread */
  readonly kind?: WorkerKind;
  /** What the threads run. @default face-worker.ts */
  readonly script?: URL;
}

interface Job extends FaceRequest {
  readonly resolve: (faces: readonly FoundFace[]) => void;
  readonly reject: (error: Error) => void;
  timer: NodeJS.Timeout;
  tries: number;
  /** Its caller has been answered; its thread may still be at it. */
  settled: boolean;
}

/** A place for a thread, which outlives it. */
interface Seat {
  worker: StartedWorker | undefined;
  ready: boolean;
  job: Job | undefined;
  waits: Generator<number, void>;
}

/**
 * Threads that read faces, behind a bounded queue. A thread that dies is replaced and its picture tried once more. A thread is not ended by force
 * while it works, unless it is stuck: native code that loses its thread in the middle (seen with onnxruntime-node 1.30) aborts the whole process.
 */
export class FaceWorkers {
  readonly #options: FaceWorkersOptions;
  readonly #seats: Seat[];
  readonly #waiting: Job[] = [];
  readonly #stuckAfterMs: number;
  #lastId = 0;
  #stopped = false;

  constructor(options: FaceWorkersOptions) {
    this.#options = options;
    this.#stuckAfterMs = options.stuckAfterMs ?? 60_000;
    this.#seats = Array.from({ length: options.count }, () => ({
      worker: undefined,
      ready: false,
      job: undefined,
      waits: backoff({ firstMs: 100, maxMs: 10_000 }),
    }));
  }

  /** Resolves when every thread has its models. @throws Unavailable when one does not come up. */
  async start(): Promise<void> {
    try {
      await Promise.all(this.#seats.map((seat) => this.#launch(seat)));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** @throws InvalidInput for what is not a picture; Unavailable when the queue is full, time is up, or threads died on it twice. */
  read(image: Uint8Array, options: ReadOptions): Promise<readonly FoundFace[]> {
    const { queueLimit, requestTimeoutMs } = this.#options;
    if (this.#stopped) return Promise.reject(new Unavailable('face engine: it is stopped'));
    if (this.#waiting.length >= queueLimit) {
      return Promise.reject(
        new Unavailable(`face engine: ${queueLimit} pictures are waiting already; try again later`, {
          code: 'queue-full',
        }),
      );
    }
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      const timer = setTimeout(() => this.#expire(id), requestTimeoutMs);
      this.#waiting.push({ id, image, options, resolve, reject, timer, tries: 0, settled: false });
      this.#assign();
    });
  }

  /** Pictures that wait, and those being read. */
  get load(): { readonly waiting: number; readonly running: number } {
    return { waiting: this.#waiting.length, running: this.#seats.filter((seat) => seat.job).length };
  }

  /** Threads that it has when all are well. */
  get count(): number {
    return this.#seats.length;
  }

  /** Whether a thread is there to read. */
  get isReady(): boolean {
    return this.#seats.some((seat) => seat.ready);
  }

  /** Lets the threads finish what they are at and ends them; what is open becomes Unavailable. May be called twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const open = [...this.#waiting.splice(0), ...this.#seats.flatMap((seat) => seat.job ?? [])];
    for (const job of open) fail(job, new Unavailable('face engine: it is being stopped'));
    await Promise.all(this.#seats.map((seat) => this.#end(seat)));
  }

  async #end({ worker }: Seat): Promise<void> {
    if (!worker) return;
    const gone = new Promise((resolve) => worker.onExit(resolve));
    const force = setTimeout(() => worker.kill(), this.#stuckAfterMs);
    worker.post(endOfWork);
    await gone;
    clearTimeout(force);
  }

  #assign(): void {
    for (const seat of this.#seats) {
      if (!seat.ready || seat.job || !seat.worker) continue;
      const job = this.#waiting.shift();
      if (!job) return;
      job.tries++;
      seat.job = job;
      const { id, image, options } = job;
      // Copied, not moved: the caller keeps the picture, and it may have to be tried again.
      seat.worker.post({ id, image, options });
    }
  }

  /** Starts a thread for the seat; resolves when it is ready. */
  #launch(seat: Seat): Promise<void> {
    const { cacheDir, descriptor = true, kind = 'thread' } = this.#options;
    const { script = new URL('./face-worker.ts', import.meta.url) } = this.#options;
    const worker = startWorker(kind, script, { cacheDir, descriptor });
    seat.worker = worker;
    return new Promise((resolve, reject) => {
      let cause: unknown;
      worker.onMessage((message) => {
        if (message !== 'ready') return this.#answered(seat, message);
        seat.ready = true;
        resolve();
        this.#assign();
      });
      worker.onError((error) => {
        cause = error;
      });
      worker.onExit((exitCode) => {
        const wasReady = seat.ready;
        seat.worker = undefined;
        seat.ready = false;
        if (!wasReady) reject(new Unavailable('face engine: a worker thread did not start', { cause }));
        this.#lost(seat, wasReady, { exitCode, cause });
      });
    });
  }

  #answered(seat: Seat, answer: FaceAnswer): void {
    const { job } = seat;
    if (job?.id !== answer.id) return;
    seat.job = undefined;
    seat.waits = backoff({ firstMs: 100, maxMs: 10_000 });
    clearTimeout(job.timer);
    job.settled = true;
    // A caller who was told that it took too long does not hear of it again: a promise settles once.
    if ('faces' in answer) job.resolve(answer.faces);
    else job.reject(new InvalidInput(answer.refused.message, { code: answer.refused.code }));
    if (!this.#stopped) this.#assign();
  }

  #lost(seat: Seat, wasReady: boolean, { exitCode, cause }: { exitCode: number | string; cause: unknown }): void {
    const { job } = seat;
    seat.job = undefined;
    if (this.#stopped) return;
    this.#options.log.warn('face-worker-lost', { exitCode, wasReady, err: cause, tries: job?.tries });
    if (job && job.tries < 2 && !job.settled) this.#waiting.unshift(job);
    else if (job) fail(job, new Unavailable('face engine: worker threads died twice on this picture', { cause }));
    this.#assign();
    // At once the first time; a thread that keeps dying is started less and less often.
    const waitMs = seat.waits.next().value ?? 0;
    setTimeout(() => this.#replace(seat), wasReady ? 0 : waitMs).unref();
  }

  #replace(seat: Seat): void {
    if (this.#stopped || seat.worker) return;
    // A failed start comes back through `exit`, which plans the next one.
    this.#launch(seat).catch(() => {});
  }

  #expire(id: number): void {
    const { requestTimeoutMs, log } = this.#options;
    const late = new Unavailable(`face engine: no answer within ${requestTimeoutMs} ms`, { code: 'timeout' });
    const place = this.#waiting.findIndex((job) => job.id === id);
    const [waiting] = place === -1 ? [] : this.#waiting.splice(place, 1);
    if (waiting) return fail(waiting, late);
    const seat = this.#seats.find((one) => one.job?.id === id);
    if (!seat?.job) return;
    fail(seat.job, late);
    log.warn('face-worker-late', { requestTimeoutMs });
    // The thread keeps its seat until it answers.
    seat.job.timer = setTimeout(() => this.#unstick(seat, id), this.#stuckAfterMs);
    seat.job.timer.unref();
  }

  #unstick(seat: Seat, id: number): void {
    if (seat.job?.id !== id) return;
    this.#options.log.error('face-worker-stuck', { stuckAfterMs: this.#stuckAfterMs });
    seat.worker?.kill();
  }
}

function fail(job: Job, error: Error): void {
  clearTimeout(job.timer);
  job.settled = true;
  job.reject(error);
}
