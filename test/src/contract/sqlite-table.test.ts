import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteTable } from '@rollcall/cloud/adapters/local/sqlite-table';
import { tableContract } from './table.contract.ts';

tableContract({
  name: 'SQLite',
  open: async (clock) => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-table-'));
    const table = new SqliteTable(join(folder, 'rollcall.db'), { clock });
    return {
      table,
      close: async () => {
        await table.close();
        await rm(folder, { recursive: true });
      },
    };
  },
});
