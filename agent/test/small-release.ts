import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
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

/** Puts another archive into a release and signs that: what only who has the key can do. */
export async function signAnew(folder: string, archive: Uint8Array): Promise<void> {
  const file = join(folder, 'release.json');
  const Signed = z.looseObject({ archive: z.looseObject({ file: z.string() }) });
  const manifest = Signed.parse(JSON.parse(await readFile(file, 'utf8')));
  const packed = gzipSync(archive);
  await writeFile(join(folder, manifest.archive.file), packed);
  const sha256 = createHash('sha256').update(packed).digest('hex');
  const bytes = JSON.stringify({ ...manifest, archive: { ...manifest.archive, bytes: packed.length, sha256 } });
  await writeFile(file, bytes);
  await writeFile(`${file}.sig`, sign(null, Buffer.from(bytes), privateKey).toString('base64'));
}

/** One entry of an archive, as no tar would write it. Source: tar(5), "POSIX ustar Archives". */
export function tarEntry(entry: { name: string; type: '0' | '1' | '2' | '6'; to?: string; text?: string }): Buffer {
  const { name, type, to = '', text = '' } = entry;
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`${octal(0o644, 8)}${octal(0, 8)}${octal(0, 8)}${octal(text.length, 12)}${octal(0, 12)}`, 100);
  header.write(`        ${type}${to}`, 148);
  header.write('ustar\u000000', 257);
  header.write(
    octal(
      header.reduce((sum, byte) => sum + byte, 0),
      7,
    ),
    148,
  );
  const body = Buffer.alloc(Math.ceil(text.length / 512) * 512);
  body.write(text);
  return Buffer.concat([header, body]);
}

const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits - 1, '0')}\0`;

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
