#!/usr/bin/env node
// Stripping types and compiling take 50 of the 150 MB that the agent may have, and they stay taken. So a process of its own does it
// at the first start, and this file is no TypeScript: a start from the cache never loads what strips types.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isFilled, useCompileCache } from './compile-cache.mjs';

if (!isFilled()) {
  const fill = fileURLToPath(new URL('fill-compile-cache.mjs', import.meta.url));
  // Should it fail, the agent runs all the same, with more memory.
  spawnSync(process.execPath, [fill], { stdio: 'ignore', timeout: 60_000 });
}
useCompileCache();
const { main } = await import('../src/main.ts');
process.exit(await main());
