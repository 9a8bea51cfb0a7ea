import { writeFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { filledMark, useCompileCache } from './compile-cache.mjs';

useCompileCache();
await import('../src/main.ts');
// What is loaded at first contact alone.
await import('../src/adapters/fleet-provisioning.ts');
flushCompileCache();
writeFileSync(filledMark, '');
process.exit(0);
