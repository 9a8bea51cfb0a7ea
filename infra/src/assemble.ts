import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleAll } from '@rollcall/cloud/bundle/bundle-all';
import { addStacks, type Stacks } from './add-stacks.ts';
import { builtBundles } from './bundles.ts';
import type { Deployment } from './deployment.ts';
import { synthesize } from './synthesize.ts';

/** Where the templates are, and what functions run. */
export const assemblyFolder = fileURLToPath(new URL('../cdk.out', import.meta.url));

/** Bundles the functions and writes the templates, with no account and no network. @throws Error for an unacknowledged finding. */
export async function assemble(deployment: Deployment): Promise<Stacks> {
  await bundleAll();
  await removeOldAssembly();
  let stacks: Stacks | undefined;
  synthesize(assemblyFolder, (app) => {
    stacks = addStacks(app, deployment, builtBundles);
  });
  if (!stacks) throw new Error('nothing was added');
  return stacks;
}

/** The CDK adds to what is there, some 40 MB a time. What deployments told of themselves stays. */
async function removeOldAssembly(): Promise<void> {
  const files = await readdir(assemblyFolder).catch(() => []);
  const old = files.filter((file) => !file.startsWith('outputs'));
  await Promise.all(old.map((file) => rm(join(assemblyFolder, file), { recursive: true })));
}
