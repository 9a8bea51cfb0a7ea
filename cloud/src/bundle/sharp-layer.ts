import { cp, mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const Package = z.object({ dependencies: z.record(z.string(), z.string()).default({}) });

/** Sharp's parts for Lambda. They are dependencies of this package, so their bytes are in the lockfile and come from no other place. */
const platformPackages = ['@img/sharp-linux-arm64', '@img/sharp-libvips-linux-arm64'];

/** Makes the layer with sharp for linux-arm64: `{folder}/nodejs/node_modules`, from what is installed. Needs neither Docker nor network. */
export async function makeSharpLayer(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const modules = join(folder, 'nodejs', 'node_modules');
  await copyPackage('sharp', import.meta.url, modules);
  for (const name of platformPackages) await copyPackage(name, import.meta.url, modules);
}

/** With what it depends on; platforms are optional dependencies and stay behind. */
async function copyPackage(name: string, from: string, modules: string): Promise<void> {
  const root = await rootOf(name, from);
  const target = join(modules, name);
  await mkdir(dirname(target), { recursive: true });
  await cp(root, target, {
    recursive: true,
    dereference: true,
    filter: (path) =>
      !path.slice(root.length).includes('node_modules') && !/\.(d\.[mc]?ts|map|md)$|\/(src|install)$/.test(path),
  });
  const manifest = join(root, 'package.json');
  const { dependencies } = Package.parse(JSON.parse(await readFile(manifest, 'utf8')));
  for (const dependency of Object.keys(dependencies)) await copyPackage(dependency, manifest, modules);
}

/** Packages do not all export their package.json: looked for as Node looks for packages. */
async function rootOf(name: string, from: string): Promise<string> {
  for (const folder of createRequire(from).resolve.paths(name) ?? []) {
    const root = await realpath(join(folder, name)).catch(() => undefined);
    if (root !== undefined) return root;
  }
  throw new Error(`${name} is not installed: run pnpm install`);
}
