import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { AppError, Denied, InvalidInput, NotFound, Unavailable } from '@rollcall/kit/app-error';
import { checkRelease } from './launch.ts';
import {
  compareVersions,
  manifestFile,
  maxManifestBytes,
  type ReleaseManifest,
  readManifest,
  signatureFile,
} from './release-manifest.ts';
import type { Releases } from './release-state.ts';

export interface FetchOptions {
  readonly version: string;
  /** The folder on a web server that holds the release's three files. */
  readonly url: string;
  readonly publicKeyPem: string;
  readonly releases: Releases;
  readonly signal: AbortSignal;
}

const smallFileMs = 30_000;
/** Unpacked it takes less than four times the archive, and the archive lies beside it for a while. */
const spaceFactor = 5;
const unpackMs = 120_000;
const run = promisify(execFile);

/**
 * Gets a release and puts it, whole and checked, where releases are kept. Nothing of what came is unpacked before its signature was
 * verified. @throws Denied when it is not trusted or not the one asked for, Unavailable when it cannot be had or kept now.
 */
export async function fetchRelease(options: FetchOptions): Promise<void> {
  const { releases, version } = options;
  const staging = join(releases.folder, '.staging');
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true, mode: 0o700 });
  try {
    const manifest = await fetchManifest(options, staging);
    await fetchArchive(options, manifest, staging);
    await unpack(join(staging, manifest.archive.file), join(staging, 'app'), options.signal);
    await checkRelease(staging, version, options.publicKeyPem);
    await releases.remove(version);
    await syncAll(staging);
    await rename(staging, releases.pathOf(version));
    await syncFolder(releases.folder);
  } catch (error) {
    throw translated(error);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function fetchManifest(
  { version, url, publicKeyPem, signal }: FetchOptions,
  staging: string,
): Promise<ReleaseManifest> {
  const [bytes, signature] = [
    await smallFile(`${url}/${manifestFile}`, maxManifestBytes, signal),
    await smallFile(`${url}/${signatureFile}`, 1_000, signal),
  ];
  const manifest = readManifest(bytes, signature.toString(), publicKeyPem);
  const expected = { version, arch: process.arch };
  if (manifest.version !== version || manifest.arch !== process.arch) {
    throw new Denied(
      `expected agent ${expected.version} for ${expected.arch}, found ${manifest.version} for ${manifest.arch} at ${url}`,
    );
  }
  if (compareVersions(process.versions.node, manifest.node) < 0) {
    throw new Denied(
      `agent ${version} needs Node ${manifest.node}, and this package brings ${process.versions.node}: install the newer package`,
    );
  }
  await writeFile(join(staging, manifestFile), bytes);
  await writeFile(join(staging, signatureFile), signature);
  return manifest;
}

async function smallFile(url: string, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const response = await get(url, AbortSignal.any([signal, AbortSignal.timeout(smallFileMs)]));
  const parts: Buffer[] = [];
  await pipeline(response, upTo(maxBytes, url), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) parts.push(chunk);
  });
  return Buffer.concat(parts);
}

async function fetchArchive(
  { url, signal }: FetchOptions,
  { archive }: ReleaseManifest,
  staging: string,
): Promise<void> {
  const { bavail, bsize } = await statfs(staging);
  if (bavail * bsize < archive.bytes * spaceFactor) {
    throw new Unavailable(
      `the release needs ${Math.ceil((archive.bytes * spaceFactor) / 1e6)} MB of disk, and ${Math.floor((bavail * bsize) / 1e6)} MB are free`,
    );
  }
  const hash = createHash('sha256');
  const hashed = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(undefined, chunk);
    },
  });
  const from = `${url}/${archive.file}`;
  const file = createWriteStream(join(staging, archive.file), { mode: 0o600 });
  await pipeline(await get(from, signal), upTo(archive.bytes, from), hashed, file, { signal });
  if (hash.digest('hex') !== archive.sha256) {
    throw new Denied(`${from} is not the archive that the signed manifest names: it was tampered with or cut off`, {
      code: 'release-damaged',
    });
  }
}

async function get(url: string, signal: AbortSignal): Promise<Readable> {
  const response = await fetch(url, { signal, redirect: 'follow' });
  if (response.status === 404) throw new NotFound(`${url} is not there`);
  if (!response.ok || !response.body) throw new Unavailable(`${url} answered ${response.status}`);
  return Readable.from(response.body);
}

function upTo(maxBytes: number, url: string): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(new InvalidInput(`${url} is larger than the ${maxBytes} bytes that it may have`));
      else done(undefined, chunk);
    },
  });
}

async function unpack(archive: string, folder: string, signal: AbortSignal): Promise<void> {
  await mkdir(folder);
  const options = [
    '--extract',
    '--gzip',
    '--no-same-owner',
    '--no-same-permissions',
    '--file',
    archive,
    '--directory',
    folder,
  ];
  await run('tar', options, { signal, timeout: unpackMs });
  await rm(archive);
}

/** Of one file system, what was written so far: thousands of files, one by one, take minutes on a memory card. */
async function syncAll(folder: string): Promise<void> {
  await run('sync', ['--file-system', folder], { timeout: unpackMs });
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function translated(error: unknown): unknown {
  if (error instanceof AppError) return error;
  return new Unavailable(`the release could not be fetched: ${describe(error)}`, { cause: error });
}

/** `fetch` says what is wrong in its cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
