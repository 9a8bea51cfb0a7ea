import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleFunction } from '@rollcall/cloud/bundle/bundle-function';
import type { CloudFunction } from '@rollcall/cloud/manifest';
import { inject } from 'vitest';

/** The folder of a function's bundle, made by the first test file of a run that wants it. */
export async function bundled(spec: CloudFunction): Promise<string> {
  const folder = join(inject('bundles'), spec.name);
  if (existsSync(folder)) return folder;
  // Whole or not at all: files run beside each other, and may be killed.
  await mkdir(inject('bundles'), { recursive: true });
  const own = await mkdtemp(`${folder}-`);
  await bundleFunction(spec, own);
  try {
    await rename(own, folder);
  } catch (error) {
    // Another was first.
    if (!existsSync(folder)) throw error;
    await rm(own, { recursive: true });
  }
  return folder;
}
