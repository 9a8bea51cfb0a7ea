import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Misconfigured } from '@rollcall/kit/app-error';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderImages } from './folder-images.ts';
import { UploadTokens, uploadSecret } from './upload-tokens.ts';

const tokens = new UploadTokens(new Uint8Array(32));

describe('FolderImages', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-folder-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('lets only the owner of the process read a picture', async () => {
    const images = await FolderImages.open({ root: folder, tokens });
    await images.put('main/a.jpg', Uint8Array.of(1));
    expect((await stat(join(folder, 'main/a.jpg'))).mode & 0o777).toBe(0o600);
  });

  it('removes what a write that never ended left behind', async () => {
    await mkdir(join(folder, '.incoming'));
    await writeFile(join(folder, '.incoming/.0123.tmp'), 'half a pic');
    await FolderImages.open({ root: folder, tokens });
    expect(await readdir(join(folder, '.incoming'))).toEqual([]);
  });

  it('does not start on a folder that is a file', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(FolderImages.open({ root: join(folder, 'file'), tokens })).rejects.toThrow(Misconfigured);
  });

  it.runIf(process.getuid?.() === 0)('answers Unavailable on a full disk and keeps no half of a picture', async () => {
    const script = `
      import { FolderImages } from './folder-images.ts';
      const images = await FolderImages.open({ root: process.argv[1] });
      await images.put('main/small.jpg', new Uint8Array(1000));
      const error = await images.put('main/large.jpg', new Uint8Array(4_000_000)).catch((e) => e);
      const large = await images.get('main/large.jpg');
      await images.put('main/small2.jpg', new Uint8Array(1000));
      console.log(JSON.stringify({ kind: error.name, message: error.message, large: large !== undefined }));`;
    const mounted = `mount -t tmpfs -o size=1m tmpfs "$1" && exec "$0" --input-type=module -e "$2" "$1"`;
    const run = promisify(execFile)('unshare', ['-m', 'sh', '-c', mounted, process.execPath, folder, script], {
      cwd: import.meta.dirname,
    });
    const { stdout } = await run;
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'Unavailable',
      message: expect.stringMatching(/ENOSPC/),
      large: false,
    });
  });
});

describe('uploadSecret', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-secret-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is made once, for the owner alone', async () => {
    const secret = await uploadSecret(folder);
    expect(Buffer.compare(await uploadSecret(folder), secret)).toBe(0);
    expect((await stat(join(folder, 'keys/upload.key'))).mode & 0o777).toBe(0o600);
  });

  it('is refused when it is damaged, with what to do', async () => {
    await uploadSecret(folder);
    await writeFile(join(folder, 'keys/upload.key'), 'short');
    await expect(uploadSecret(folder)).rejects.toThrow(/delete it/);
  });
});
