import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LatestFirst } from './latest-first.ts';

/** How often things come, and are done with, in turn. */
const turns = fc.array(fc.constantFrom('comes', 'done'), { maxLength: 40 });

test('everything is answered, one at a time, the last thing is always done, and so is the first', async () => {
  await fc.assert(
    fc.asyncProperty(turns, async (happenings) => {
      const done: number[] = [];
      const running: (() => void)[] = [];
      let most = 0;
      const queue = new LatestFirst<number, number>(
        async (task) => {
          const { promise, resolve } = Promise.withResolvers<void>();
          running.push(resolve);
          most = Math.max(most, running.length);
          await promise;
          done.push(task);
          return task;
        },
        () => -1,
      );
      const answers: Promise<number>[] = [];
      const finish = async () => {
        running.shift()?.();
        for (let i = 0; i < 10; i++) await Promise.resolve();
      };
      for (const happening of happenings) {
        if (happening === 'comes') answers.push(queue.ask(answers.length));
        else await finish();
      }
      while (running.length > 0) await finish();
      const answered = await Promise.all(answers);
      expect(answered.filter((answer) => answer >= 0)).toEqual(done);
      expect(done.toSorted((a, b) => a - b)).toEqual(done);
      expect(most).toBeLessThanOrEqual(1);
      expect(done.at(-1)).toBe(answers.length > 0 ? answers.length - 1 : undefined);
      expect(done[0]).toBe(answers.length > 0 ? 0 : undefined);
    }),
  );
});
