import { Unavailable } from '@rollcall/kit/app-error';
import { beforeEach, expect, test } from 'vitest';
import { ScriptedFaceFinder } from '../../test/scripted-face-finder.ts';
import { checkFinder } from './check-finder.ts';
import { SharedFaceFinder } from './shared-face-finder.ts';

let finder: ScriptedFaceFinder;
let shared: SharedFaceFinder;
beforeEach(() => {
  finder = new ScriptedFaceFinder();
  shared = new SharedFaceFinder(finder);
});

test('has its models in memory while one of several needs them', async () => {
  const [gate, check] = [shared.lend(), shared.lend()];
  await gate.start();
  expect([gate.isReady, check.isReady]).toEqual([true, false]);
  await check.start();
  await gate.stop();
  expect([gate.isReady, check.isReady, shared.isReady]).toEqual([false, true, true]);
  await check.stop();
  await check.stop();
  expect(shared.isReady).toBe(false);
});

test('is not held by who could not start it', async () => {
  const [gate, check] = [shared.lend(), shared.lend()];
  finder.starting = () => Promise.reject(new Unavailable('no models'));
  await expect(check.start()).rejects.toThrow('no models');
  finder.starting = () => Promise.resolve();
  await gate.start();
  await gate.stop();
  expect(finder.isReady).toBe(false);
});

test('is shared for a check only where there is no memory for another, and not loaded where there is none for one', async () => {
  const own = new ScriptedFaceFinder();
  const parts = (megabytes: number) => ({ own: () => own, gate: shared, freeBytes: () => megabytes * 1e6 });
  expect(checkFinder(parts(400))).toBe(own);
  expect(() => checkFinder(parts(120))).toThrow('expected 200 MB of memory to spare to look for faces, got 120');
  await shared.lend().start();
  expect(checkFinder(parts(400))).toBe(own);
  const lent = checkFinder(parts(120));
  await lent.start();
  await lent.stop();
  expect(lent).not.toBe(own);
  expect(finder.isReady).toBe(true);
});
