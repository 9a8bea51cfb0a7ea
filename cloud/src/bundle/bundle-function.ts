import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { docsAssets, installedDocs } from '../http/openapi.ts';
import type { CloudFunction } from '../manifest.ts';

/** Parts of the site edition alone: a bundle that has one of them has taken a wrong import. */
const foreign = /onnxruntime|embedded-engine|adapters\/local|oidc-provider|aedes|tfjs/;

/**
 * Bundles a function of the manifest into `{folder}/index.mjs` and its chunks: what it imports at once, and apart from it what it
 * loads later. Nothing but Node and sharp, where it is needed, is looked for at run time.
 * @throws Error when it would have something of the site edition in it, or sharp without wanting its layer.
 */
export async function bundleFunction(spec: CloudFunction, folder: string): Promise<Metafile> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL(`../handlers/aws/${spec.name}.ts`, import.meta.url))],
    outdir: folder,
    entryNames: 'index',
    chunkNames: 'chunk-[hash]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    // Errors are told apart by the names of their classes, in our code and in logs.
    keepNames: true,
    legalComments: 'none',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // The SDK's ES modules: of its CommonJS ones nothing can be left out.
    mainFields: ['module', 'main'],
    // For packages that are CommonJS. The name is longer than any that the minifier gives.
    banner: { js: `import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);` },
    plugins: [sharpFromLayer, zodInEnglish],
    metafile: true,
    logLevel: 'warning',
  });
  check(spec, metafile);
  if (spec.name === 'api') await copyDocs(join(folder, 'docs'));
  return metafile;
}

/** Layers are found by `require` alone: Node ignores NODE_PATH, which Lambda sets to them, for imports. */
const sharpFromLayer: Plugin = {
  name: 'sharp-from-layer',
  setup: (bundling) => {
    bundling.onResolve({ filter: /^sharp$/ }, () => ({ path: 'sharp', namespace: 'layer' }));
    bundling.onLoad({ filter: /.*/, namespace: 'layer' }, () => ({
      contents: `import { createRequire } from 'node:module';export default createRequire(import.meta.url)('sharp');`,
    }));
  },
};

/** Zod's messages in 50 languages would be more than half of a small bundle; ours are in English. */
const zodInEnglish: Plugin = {
  name: 'zod-in-english',
  setup: (bundling) => {
    bundling.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: `export { default as en } from './en.js';`,
    }));
  },
};

function check({ name, needsSharp }: CloudFunction, { inputs }: Metafile): void {
  const wrong = Object.keys(inputs).filter((input) => foreign.test(input));
  if (wrong.length > 0) throw new Error(`the bundle ${name} holds parts of the site edition: ${wrong.join(', ')}`);
  if (!needsSharp && 'layer:sharp' in inputs) throw new Error(`the bundle ${name} imports sharp: say needsSharp`);
}

async function copyDocs(folder: string): Promise<void> {
  await mkdir(folder);
  await Promise.all(Object.keys(docsAssets).map((file) => copyFile(join(installedDocs(), file), join(folder, file))));
}
