import { MemoryTable } from '@rollcall/cloud/adapters/local/memory-table';
import { tableContract } from './table.contract.ts';

tableContract({
  name: 'memory',
  open: async (clock) => ({ table: new MemoryTable({ clock }), close: async () => {} }),
});
