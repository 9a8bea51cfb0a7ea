import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { functions } from '../manifest.ts';
import { bundleFunction } from './bundle-function.ts';
import { makeSharpLayer } from './sharp-layer.ts';

/** Where bundles are put: `lambda/{function}/index.mjs` and `lambda-layers/sharp`. */
export const bundleFolder = fileURLToPath(new URL('../../dist', import.meta.url));

/** Bundles every function of the manifest, and the layer with sharp. @param folder `bundleFolder`, or another one for tests. */
export async function bundleAll(folder = bundleFolder): Promise<void> {
  await Promise.all(functions.map((spec) => bundleFunction(spec, join(folder, 'lambda', spec.name))));
  await makeSharpLayer(join(folder, 'lambda-layers', 'sharp'));
}
