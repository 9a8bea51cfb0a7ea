import { describe, expect, it } from 'vitest';
import { HeldLooks } from './held-looks.ts';

describe('looks that wait', () => {
  it('are answered one after the other, in the order in which they were asked for', async () => {
    const held = new HeldLooks<number, number | 'skipped'>(() => 'skipped');
    const answers = [1, 2, 3].map((task) => held.hold(task));
    const order: number[] = [];
    await held.release((task) => {
      order.push(task);
      return Promise.resolve(task * 10);
    });
    expect(await Promise.all(answers)).toEqual([10, 20, 30]);
    expect(order).toEqual([1, 2, 3]);
  });

  it('are at most sixteen, spread over the time for which they waited', async () => {
    const held = new HeldLooks<number, number>(() => -1);
    const answers = Array.from({ length: 40 }, (_, task) => held.hold(task));
    await held.release((task) => task);
    const looked = (await Promise.all(answers)).filter((answer) => answer >= 0);
    expect(looked.length).toBeLessThanOrEqual(16);
    expect(looked).toContain(0);
    expect(looked).toContain(39);
    const gaps = looked.slice(1).map((answer, place) => answer - (looked[place] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(8);
  });
});
