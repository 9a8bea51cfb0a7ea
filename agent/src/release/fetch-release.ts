import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, open, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
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
/** Unpacked it may take so many times the archive, and the archive lies beside it for a while. */
const unpackedFactor = 5;
const spaceFactor = unpackedFactor + 1;
/** A small one is packed tighter. */
const leastUnpackedBytes = 1_000_000;
const unpackMs = 120_000;
const run = promisify(execFile);

/**
 * Gets a release and puts it, whole and checked, where releases are kept. Nothing of what came is unpacked before its signature was
 * verified. @throws Denied when it is not trusted or not the one asked for, Unavailable when it cannot be had or kept now.
 */
export async function fetchRelease(options: FetchOptions): Promise<void> {
  const { releases, version, signal } = options;
  let staging: string | undefined;
  try {
    await mkdir(releases.folder, { recursive: true, mode: 0o700 });
    // Its own: one that was canceled may be on its way out still.
    staging = await mkdtemp(join(releases.folder, '.staging-'));
    const manifest = await fetchManifest(options, staging);
    await fetchArchive(options, manifest, staging);
    await unpack(manifest, staging, signal);
    await checkRelease(staging, version, options.publicKeyPem);
    await syncAll(staging);
    signal.throwIfAborted();
    await releases.remove(version);
    await rename(staging, releases.pathOf(version));
    await syncFolder(releases.folder);
  } catch (error) {
    throw translated(error);
  } finally {
    // What does not go now goes at the next start.
    if (staging !== undefined) await rm(staging, { recursive: true, force: true }).catch(() => {});
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

/** Never more than there is room for, whatever was signed. */
async function unpack({ archive }: ReleaseManifest, staging: string, signal: AbortSignal): Promise<void> {
  const [file, folder] = [join(staging, archive.file), join(staging, 'app')];
  await mkdir(folder);
  const owner = ['--no-same-owner', '--no-same-permissions'];
  const tar = run('tar', ['--extract', ...owner, '--file', '-', '--directory', folder], { signal, timeout: unpackMs });
  const { stdin } = tar.child;
  if (!stdin) throw new Error('expected tar to have a standard input');
  const maxBytes = Math.max(leastUnpackedBytes, archive.bytes * unpackedFactor);
  const read = pipeline(createReadStream(file), createGunzip(), upTo(maxBytes, `${archive.file}, unpacked,`), stdin);
  const [unpacked, ended] = await Promise.allSettled([read, tar]);
  if (unpacked.status === 'rejected' && unpacked.reason instanceof AppError) throw unpacked.reason;
  // Cut off, tar fails; and it may be gone, and well, before all is read that follows the end of an archive.
  if (ended.status === 'rejected') throw ended.reason;
  await rm(file);
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
