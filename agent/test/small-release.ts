import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeRelease } from '../package/make-release.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');

/** What signed releases of tests are known by. */
export const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** A folder for one test. */
export async function tempFolder(): Promise<{ readonly path: string; readonly remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-release-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** An agent that only says its version, laid out as a real one. @returns its `app` folder. */
export async function smallAgent(folder: string, version: string): Promise<string> {
  const app = join(folder, 'app');
  await mkdir(join(app, 'agent', 'bin'), { recursive: true });
  await mkdir(join(app, 'node_modules'), { recursive: true });
  await writeFile(join(app, 'agent', 'package.json'), JSON.stringify({ version, type: 'module' }));
  await writeFile(
    join(app, 'agent', 'bin', 'rollcall-agent.mjs'),
    `console.log('agent ${version}', process.argv[2]);\n`,
  );
  await symlink('../agent', join(app, 'node_modules', 'agent'));
  return app;
}

/** A signed release of it in `out`. @returns the folder with its three files. */
export async function smallRelease(
  out: string,
  version: string,
  changes: { arch?: 'arm64' | 'x64'; node?: string } = {},
) {
  const tree = join(out, `tree-${version}`);
  await rm(tree, { recursive: true, force: true });
  await smallAgent(tree, version);
  const arch = changes.arch ?? (process.arch === 'arm64' ? 'arm64' : 'x64');
  return makeRelease({ tree, version, arch, node: changes.node ?? '24.0.0', key: privateKey, out });
}

/** A web server for what is in `folder`. `broken`: answers with as many bytes of a file and then cuts off. */
export async function webServer(folder: string, cutAfter?: number) {
  const server = createServer((request, response) => {
    readFile(join(folder, request.url ?? '')).then(
      (bytes) => {
        if (cutAfter === undefined || bytes.length <= cutAfter) return response.end(bytes);
        response.writeHead(200, { 'content-length': bytes.length });
        response.write(bytes.subarray(0, cutAfter), () => response.destroy());
        return undefined;
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
