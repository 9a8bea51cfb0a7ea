import { on } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { FaceReader } from '@rollcall/faces/face-reader';
import { InvalidInput } from '@rollcall/kit/app-error';
import sharp from 'sharp';
import { endOfWork, type FaceAnswer, type FaceRequest, type FaceWorkerData } from './face-request.ts';

/**
 * The inside of a worker thread: one picture after another, until it is told to end. What is not the picture's fault ends the thread too; its owner
 * starts another.
 */
async function work(port: NonNullable<typeof parentPort>, { cacheDir }: FaceWorkerData): Promise<void> {
  // There is a worker per core; threads within libvips would only get in their way.
  sharp.concurrency(1);
  sharp.cache(false);
  const reader = await FaceReader.open({ cacheDir });
  const messages = on(port, 'message');
  port.postMessage('ready');
  for await (const [message] of messages) {
    const request: FaceRequest | typeof endOfWork = message;
    if (request === endOfWork) break;
    port.postMessage(await answer(reader, request));
  }
  await reader.close();
  port.close();
}

async function answer(reader: FaceReader, { id, image, describe }: FaceRequest): Promise<FaceAnswer> {
  try {
    return { id, faces: await reader.read(image, { describe }) };
  } catch (error) {
    if (error instanceof InvalidInput) return { id, refused: { code: error.code, message: error.message } };
    throw error;
  }
}

const data: FaceWorkerData = workerData;
if (parentPort) await work(parentPort, data);
