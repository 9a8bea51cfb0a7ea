import { parentPort, workerData } from 'node:worker_threads';
import { FaceReader } from '@rollcall/faces/face-reader';
import { InvalidInput } from '@rollcall/kit/app-error';
import sharp from 'sharp';
import type { FaceAnswer, FaceRequest, FaceWorkerData } from './face-workers.ts';

/** The inside of a worker thread: one picture at a time. What is not the picture's fault ends the thread; its owner starts another. */
async function work(port: NonNullable<typeof parentPort>, { cacheDir }: FaceWorkerData): Promise<void> {
  // There is a worker per core; threads within libvips would only get in their way.
  sharp.concurrency(1);
  sharp.cache(false);
  const reader = await FaceReader.open({ cacheDir });
  port.on('message', (request: FaceRequest) => {
    void answer(reader, request).then((reply) => port.postMessage(reply));
  });
  port.postMessage('ready');
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
