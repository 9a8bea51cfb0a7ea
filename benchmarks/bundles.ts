import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { bundleFunction } from '@rollcall/cloud/bundle/bundle-function';
import { makeSharpLayer } from '@rollcall/cloud/bundle/sharp-layer';
import { type CloudFunction, functions } from '@rollcall/cloud/manifest';
import type { Benchmark } from './benchmark.ts';
import { median } from './median.ts';

const run = promisify(execFile);
const starts = 5;

interface Row {
  readonly name: string;
  /** KB of what is loaded at once, of all, and of all as it is uploaded. */
  readonly startKb: number;
  readonly totalKb: number;
  readonly zippedKb: number;
  /** Of the import alone, beside that of an empty module: what a cold start adds to Node's own. */
  readonly importMs: number;
}

/** How large the functions of the cloud edition are, and how long each takes to load. */
export const bundles: Benchmark = {
  name: 'bundles',
  summary: `The functions of the cloud edition as they are deployed: size, and the time to import each (median of ${starts} process starts, warm disk).`,
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-bundles-'));
    try {
      const rows: Row[] = [];
      for (const spec of functions) rows.push(await measure(spec, join(folder, spec.name)));
      const layer = await layerSize(join(folder, 'layer'));
      return { markdown: table(rows, layer), json: { functions: rows, sharpLayer: layer } };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function measure(spec: CloudFunction, folder: string): Promise<Row> {
  const { outputs } = await bundleFunction(spec, folder);
  const files = await contentsOf(folder);
  const code = files.filter(({ path }) => path.endsWith('.mjs'));
  const entry = Object.entries(outputs).find(([path]) => path.endsWith('index.mjs'));
  if (!entry) throw new Error(`${spec.name} has no entry`);
  const times: number[] = [];
  for (let n = 0; n < starts; n++) times.push(await importMs(join(folder, 'index.mjs')));
  return {
    name: spec.name,
    startKb: kb(loadedAtOnce(entry[0], outputs)),
    totalKb: kb(sum(code.map(({ bytes }) => bytes.length))),
    zippedKb: kb(sum(files.map(({ bytes }) => gzipSync(bytes).length))),
    importMs: median(times),
  };
}

/** Bytes of a file and of all that it imports, but not of what it may load later. */
function loadedAtOnce(
  path: string,
  outputs: Awaited<ReturnType<typeof bundleFunction>>['outputs'],
  seen = new Set<string>(),
): number {
  if (seen.has(path)) return 0;
  seen.add(path);
  const output = outputs[path];
  if (!output) return 0;
  const imports = output.imports.filter(({ kind, external }) => kind === 'import-statement' && !external);
  return output.bytes + sum(imports.map((one) => loadedAtOnce(one.path, outputs, seen)));
}

/** Timed within a process of its own, so that Node's own start is not in it. */
async function importMs(bundle: string): Promise<number> {
  const script = `const at = performance.now(); await import(${JSON.stringify(bundle)}); console.log('took ' + (performance.now() - at)); process.exit()`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { env: environment() });
  return Number(/took ([\d.]+)/.exec(stdout)?.[1]);
}

/** Enough for every function to start. */
function environment(): Record<string, string> {
  return {
    AWS_REGION: 'eu-central-1',
    NODE_PATH: installedSharp(),
    ROLLCALL_TABLE: 'records',
    ROLLCALL_PICTURES: 'pictures',
    ROLLCALL_IOT_ENDPOINT: 'https://iot.example',
    ROLLCALL_ISSUER: 'https://issuer.example',
    ROLLCALL_CLIENT_IDS: 'client',
    ROLLCALL_PUBLIC_URL: 'https://rollcall.example',
    ROLLCALL_FRONT_DOOR_SECRET: 'front-door',
    ROLLCALL_LIVE_URL: 'wss://abc-ats.iot.eu-west-1.amazonaws.com/mqtt',
    ROLLCALL_IOT_ARN: 'arn:aws:iot:eu-west-1:000000000000',
    ROLLCALL_DEAD_LETTERS: 'https://queue.example',
  };
}

/** The layer's sharp is for another processor: this machine's own stands in for it. */
function installedSharp(): string {
  let folder = dirname(createRequire(import.meta.url).resolve('sharp'));
  while (!folder.endsWith('node_modules')) folder = dirname(folder);
  return folder;
}

async function layerSize(folder: string): Promise<{ readonly kb: number; readonly zippedKb: number }> {
  await makeSharpLayer(folder);
  const files = await contentsOf(folder);
  return {
    kb: kb(sum(files.map(({ bytes }) => bytes.length))),
    zippedKb: kb(sum(files.map(({ bytes }) => gzipSync(bytes).length))),
  };
}

async function contentsOf(folder: string): Promise<{ readonly path: string; readonly bytes: Buffer }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (path) => ({ path, bytes: await readFile(path) })));
}

function table(rows: readonly Row[], layer: { readonly kb: number; readonly zippedKb: number }): string {
  const lines = rows.map(
    ({ name, startKb, totalKb, zippedKb, importMs: ms }) =>
      `| ${name} | ${startKb} | ${totalKb} | ${zippedKb} | ${ms.toFixed(0)} |`,
  );
  return [
    '| function | KB loaded at the start | KB of code | KB zipped, all files | ms to import |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...lines,
    '',
    `The layer with sharp for linux-arm64: ${layer.kb} KB, ${layer.zippedKb} KB zipped. \`capture\` and \`upload\` load sharp at the start`,
    '(here this machine’s own), `api` and `timers` with the first picture. `api` also carries the files of its page at `/docs`.',
  ].join('\n');
}

function kb(bytes: number): number {
  return Math.round(bytes / 1024);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
