import { expect, test } from 'vitest';
import { ManualTimer, systemTimer } from './timer.ts';

test('alarms ring in order, each at its own time, and cancelled ones never', () => {
  const timer = new ManualTimer();
  const rung: [string, number][] = [];
  timer.after(300, () => rung.push(['late', timer.now()]));
  timer.after(100, () => {
    rung.push(['early', timer.now()]);
    timer.after(50, () => rung.push(['nested', timer.now()]));
  });
  timer.after(200, () => rung.push(['cancelled', timer.now()]))();
  timer.advance(1_000);
  expect(rung).toEqual([
    ['early', 100],
    ['nested', 150],
    ['late', 300],
  ]);
  expect(timer.now()).toBe(1_000);
});

test('the system timer rings, and does not when cancelled', async () => {
  const rung: string[] = [];
  systemTimer.after(1, () => rung.push('cancelled'))();
  await new Promise<void>((resolve) => {
    systemTimer.after(5, resolve);
    // An alarm does not keep the process alive, and the test shall live to hear it.
    setTimeout(resolve, 1_000);
  });
  expect(rung).toEqual([]);
});
