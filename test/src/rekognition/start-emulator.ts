import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RekognitionClient } from '@aws-sdk/client-rekognition';
import { createRekognitionClient } from '@rollcall/cloud/adapters/aws/rekognition-calls';
import { RekognitionEngine, type RekognitionEngineOptions } from '@rollcall/cloud/adapters/aws/rekognition-engine';
import { MemoryTable } from '@rollcall/cloud/adapters/local/memory-table';
import { FaceReader } from '@rollcall/faces/face-reader';
import { type EmulatorOptions, RekognitionEmulator } from './rekognition-emulator.ts';

/** A running emulator, and what speaks to it. */
export interface EmulatorForTests {
  readonly emulator: RekognitionEmulator;
  /** With the emulator's key; its retries wait as long as against AWS. */
  readonly client: RekognitionClient;
  readonly table: MemoryTable;
  /** An engine on `table`; several are like several processes. */
  readonly newEngine: (options?: Partial<RekognitionEngineOptions>) => RekognitionEngine;
  readonly stop: () => Promise<void>;
}

/** Starts an emulator with models of its own. */
export async function startEmulator(options: Omit<EmulatorOptions, 'reader'> = {}): Promise<EmulatorForTests> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'rekognition-'));
  const reader = await FaceReader.open({ cacheDir });
  const emulator = await RekognitionEmulator.start({ ...options, reader });
  const client = createRekognitionClient({
    region: 'us-east-1',
    endpoint: emulator.endpoint,
    credentials: emulator.key,
  });
  const table = new MemoryTable();
  return {
    emulator,
    client,
    table,
    newEngine: (more = {}) => new RekognitionEngine({ client, table, prefix: 'rollcall', ...more }),
    stop: async () => {
      client.destroy();
      await emulator.stop();
      await reader.close();
      await rm(cacheDir, { recursive: true });
    },
  };
}
