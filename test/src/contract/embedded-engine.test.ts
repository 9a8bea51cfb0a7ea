import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedEngine } from '@rollcall/cloud/adapters/local/embedded-engine';
import { MemoryTable } from '@rollcall/cloud/adapters/local/memory-table';
import { systemClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { faceEngineContract } from './face-engine.contract.ts';

faceEngineContract({
  name: 'the embedded engine',
  comparesStrangers: true,
  open: async () => {
    const cacheDir = await mkdtemp(join(tmpdir(), 'contract-engine-'));
    const table = new MemoryTable();
    const engine = await EmbeddedEngine.start({ table, cacheDir, workers: 1, log: silentLog, clock: systemClock });
    const close = async () => {
      await engine.stop();
      await rm(cacheDir, { recursive: true });
    };
    return { engine, table, close };
  },
});
