import { flushCompileCache } from 'node:module';
import { markFilled, useCompileCache } from './compile-cache.mjs';

useCompileCache();
await import('../src/main.ts');
// What is loaded at first contact alone.
await import('../src/adapters/fleet-provisioning.ts');
flushCompileCache();
markFilled();
process.exit(0);
