import { fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { constants, setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { endOfWork, FaceAnswer, FaceRequest, FaceWorkerData } from './face-request.ts';

/** `process`: what it held is free when it ends, and no crash of native code leaves it; some 40 MB more while it is there. */
export type WorkerKind = 'thread' | 'process';

/** What works beside whoever started it. */
export interface StartedWorker {
  post(message: FaceRequest | typeof endOfWork): void;
  onMessage(listener: (message: FaceAnswer | 'ready') => void): void;
  onError(listener: (error: unknown) => void): void;
  onExit(listener: (code: number | string) => void): void;
  /** Ends it by force. */
  kill(): void;
}

/** Starts `script`, which says `ready` and then answers. */
export function startWorker(kind: WorkerKind, script: URL, data: FaceWorkerData): StartedWorker {
  return kind === 'thread' ? startThread(script, data) : startProcess(script, data);
}

function startThread(script: URL, data: FaceWorkerData): StartedWorker {
  const worker = new Worker(script, { workerData: data });
  return {
    post: (message) => worker.postMessage(message, []),
    onMessage: (listener) => void worker.on('message', listener),
    onError: (listener) => void worker.on('error', listener),
    onExit: (listener) => void worker.on('exit', listener),
    kill: () => void worker.terminate(),
  };
}

/** A young generation of 1 MB is enough for requests and answers; pictures and models are outside of the heap. */
const smallHeap = ['--max-semi-space-size=1', '--max-old-space-size=96'];

/**
 * Pictures and tensors are large and short-lived: glibc gives each back to the system at once instead of keeping what it may use again. With the code
 * compiled before, 165 MB instead of 240, no slower. Source: mallopt(3).
 */
function smallMemory(): NodeJS.ProcessEnv {
  const cache = getCompileCacheDir();
  return {
    ...process.env,
    MALLOC_ARENA_MAX: '1',
    MALLOC_MMAP_THRESHOLD_: '65536',
    MALLOC_TRIM_THRESHOLD_: '65536',
    ...(cache !== undefined && { NODE_COMPILE_CACHE: cache }),
  };
}

function startProcess(script: URL, data: FaceWorkerData): StartedWorker {
  const child = fork(script, [JSON.stringify(data)], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: smallHeap,
    env: smallMemory(),
  });
  yieldTo(child.pid);
  return {
    // Once it is gone its exit says so.
    post: (message) => void child.send(message, () => {}),
    onMessage: (listener) => void child.on('message', listener),
    onError: (listener) => void child.on('error', listener),
    onExit: (listener) => void child.on('exit', (code, signal) => listener(code ?? signal ?? 0)),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Whoever started it comes first where they need the same core. */
function yieldTo(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It is gone already, or the machine forbids it: then both share.
  }
}
