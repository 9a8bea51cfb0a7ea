import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleFunction } from '@rollcall/cloud/bundle/bundle-function';
import { makeSharpLayer } from '@rollcall/cloud/bundle/sharp-layer';
import { type CloudFunction, functions } from '@rollcall/cloud/manifest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);

/** What stands in the way of a start with nothing, but for the configuration: those that read pictures at once want the layer first. */
const lacking: Partial<Record<CloudFunction['name'], RegExp>> = {
  recognize: /Cannot find module 'sharp'/,
  upload: /Cannot find module 'sharp'/,
  'token-claims': /^nothing$/,
  claims: /^nothing$/,
};

describe('the bundles', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-bundles-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(functions)('$name starts with nothing installed, and says what its environment lacks', async (spec) => {
    const target = join(folder, spec.name);
    const { inputs } = await bundleFunction(spec, target);
    expect(Object.keys(inputs).filter((input) => /onnx|tfjs|human|\.node$/.test(input))).toEqual([]);
    expect((await readdir(target)).filter((file) => !file.endsWith('.mjs') && file !== 'docs')).toEqual([]);
    expect(await whatItLacks(join(target, 'index.mjs'))).toMatch(
      lacking[spec.name] ?? /the configuration has \d problem\(s\)/,
    );
  });

  it('are the same bytes each time, so that what has not changed is not deployed', async () => {
    const spec = functions.find(({ name }) => name === 'timers');
    if (!spec) throw new Error('expected timers');
    const contents = async (target: string) => {
      await bundleFunction(spec, target);
      const files = (await readdir(target)).toSorted();
      return Promise.all(files.map(async (file) => [file, await readFile(join(target, file), 'utf8')]));
    };
    expect(await contents(join(folder, 'once'))).toEqual(await contents(join(folder, 'again')));
  });

  it('that read pictures get sharp for Lambda’s processor from the layer', async () => {
    const layer = join(folder, 'layer');
    await makeSharpLayer(layer);
    const modules = join(layer, 'nodejs', 'node_modules');
    const natives = (await readdir(modules, { recursive: true })).filter((file) => /\.(node|so\.[\d.]+)$/.test(file));
    expect(new Set(natives.map((file) => file.split('/')[1]))).toEqual(
      new Set(['sharp-libvips-linux-arm64', 'sharp-linux-arm64']),
    );
    for (const native of natives) {
      const header = await readFile(join(modules, native));
      // ELF, e_machine: AArch64.
      expect([header.subarray(1, 4).toString(), header.readUInt16LE(18)]).toEqual(['ELF', 183]);
    }
    const versions = await Promise.all(
      ['sharp', '@img/sharp-linux-arm64'].map(
        async (name) => JSON.parse(await readFile(join(modules, name, 'package.json'), 'utf8')).version,
      ),
    );
    expect(new Set(versions).size).toBe(1);
  });
});

/** The message of what a bundle throws when it is loaded with an empty environment. */
async function whatItLacks(bundle: string): Promise<string> {
  const load = `import(${JSON.stringify(bundle)}).then(() => 'nothing', (error) => error.message)`;
  const script = `console.log(await ${load}); process.exit();`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { env: {} });
  return stdout.trim();
}
