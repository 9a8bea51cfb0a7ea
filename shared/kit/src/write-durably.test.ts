import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeDurably } from './write-durably.ts';

describe('writeDurably', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-durable-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('makes the folders that are missing and leaves nothing but the file', async () => {
    await writeDurably(join(folder, 'a/b/c.txt'), 'one');
    await writeDurably(join(folder, 'a/b/c.txt'), 'two', { mode: 0o640 });
    expect(await readFile(join(folder, 'a/b/c.txt'), 'utf8')).toBe('two');
    expect((await stat(join(folder, 'a/b/c.txt'))).mode & 0o777).toBe(0o640);
    expect(await readdir(join(folder, 'a/b'))).toEqual(['c.txt']);
  });

  it('leaves what was there, and no temp file, when it fails', async () => {
    await mkdir(join(folder, 'taken/by-a-folder'), { recursive: true });
    await writeFile(join(folder, 'taken/by-a-folder/file'), 'kept');
    const temp = join(folder, 'temp');
    await mkdir(temp);
    await expect(writeDurably(join(folder, 'taken/by-a-folder'), 'x', { tempFolder: temp })).rejects.toThrow(
      /EISDIR|ENOTEMPTY/,
    );
    expect(await readFile(join(folder, 'taken/by-a-folder/file'), 'utf8')).toBe('kept');
    expect(await readdir(temp)).toEqual([]);
  });
});
