import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FolderLock } from './folder-lock.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

test('a folder has one owner at a time', () => {
  const lock = new FolderLock(folder, 'taken');
  expect(() => new FolderLock(folder, 'taken')).toThrow('taken');
  lock.release();
  lock.release();
  new FolderLock(folder, 'taken').release();
});
