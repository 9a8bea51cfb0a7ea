import { on } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { InvalidInput } from '@rollcall/kit/app-error';
import sharp from 'sharp';
import { FaceReader } from '../face-reader.ts';
import { endOfWork, type FaceAnswer, type FaceRequest, type FaceWorkerData } from './face-request.ts';

/**
 * The inside of a worker, thread or process: one picture after another, until it is told to end. What is not the picture's fault ends it too; its
 * owner starts another.
 */
async function work(
  options: FaceWorkerData,
  messages: AsyncIterable<(FaceRequest | typeof endOfWork)[]>,
  answer: (message: FaceAnswer | 'ready') => void,
): Promise<void> {
  // There is a worker per core; threads within libvips would only get in their way.
  sharp.concurrency(1);
  sharp.cache(false);
  const reader = await FaceReader.open(options);
  answer('ready');
  for await (const [message] of messages) {
    if (message === undefined || message === endOfWork) break;
    answer(await answerTo(reader, message));
  }
  await reader.close();
}

async function answerTo(reader: FaceReader, { id, image, options }: FaceRequest): Promise<FaceAnswer> {
  try {
    return { id, faces: await reader.read(image, options) };
  } catch (error) {
    if (error instanceof InvalidInput) return { id, refused: { code: error.code, message: error.message } };
    throw error;
  }
}

async function workInThread(port: NonNullable<typeof parentPort>): Promise<void> {
  const data: FaceWorkerData = workerData;
  await work(data, on(port, 'message'), (message) => port.postMessage(message));
  port.close();
}

async function workInProcess(): Promise<void> {
  // The owner ends it, by a message or by being gone: a signal to the whole group must not take it away before that.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  process.on('disconnect', () => process.exit());
  const data: FaceWorkerData = JSON.parse(process.argv[2] ?? '{}');
  await work(data, on(process, 'message'), (message) => void process.send?.(message));
  process.disconnect();
}

if (parentPort) await workInThread(parentPort);
else if (process.send) await workInProcess();
