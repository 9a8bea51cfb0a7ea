import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Conflict, Misconfigured } from './app-error.ts';
import { FolderLock } from './folder-lock.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

test('a folder has one owner at a time', () => {
  const lock = new FolderLock(folder, 'taken');
  expect(() => new FolderLock(folder, 'taken')).toThrow(new Conflict('taken', { code: 'already-running' }));
  lock.release();
  lock.release();
  new FolderLock(folder, 'taken').release();
});

test('what is no folder, or cannot be locked, is not taken for a running process', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => new FolderLock(file, 'taken')).toThrow(Misconfigured);
  mkdirSync(join(folder, 'odd', 'lock'), { recursive: true });
  expect(() => new FolderLock(join(folder, 'odd'), 'taken')).toThrow(/cannot use .*odd .*check that it is a folder/);
});

test('taking it writes nothing, so a full disk is no hindrance', () => {
  const lock = new FolderLock(folder, 'taken');
  expect(readdirSync(folder)).toEqual(['lock']);
  expect(statSync(join(folder, 'lock')).size).toBe(0);
  lock.release();
});
