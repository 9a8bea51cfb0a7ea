import { ManualClock } from '@rollcall/kit/clock';
import { describe, expect, it } from 'vitest';
import { SignInThrottle } from './sign-in-throttle.ts';

function failing(throttle: SignInThrottle, times: number, email = 'a@b.c', address = '10.0.0.1'): void {
  for (let n = 0; n < times; n++) throttle.fail(email, address);
}

describe('whoever guesses', () => {
  it('waits from the fifth failure on, twice as long each time, and a quarter of an hour at most', () => {
    const clock = new ManualClock();
    const throttle = new SignInThrottle(clock);
    failing(throttle, 4);
    expect(throttle.waitMs('a@b.c', '10.0.0.1')).toBe(0);
    failing(throttle, 1);
    expect(throttle.waitMs('A@b.c ', '10.0.0.1')).toBe(2000);
    clock.advance(2000);
    expect(throttle.waitMs('a@b.c', '10.0.0.1')).toBe(0);
    failing(throttle, 1);
    expect(throttle.waitMs('a@b.c', '10.0.0.1')).toBe(4000);
    failing(throttle, 20);
    expect(throttle.waitMs('a@b.c', '10.0.0.1')).toBe(15 * 60_000);
  });

  it('at one address does not lock the same person out at another', () => {
    const throttle = new SignInThrottle(new ManualClock());
    failing(throttle, 10);
    expect(throttle.waitMs('a@b.c', '10.0.0.2')).toBe(0);
  });

  it('of many emails from one address waits too', () => {
    const throttle = new SignInThrottle(new ManualClock());
    for (let n = 0; n < 30; n++) throttle.fail(`${n}@b.c`, '10.0.0.1');
    expect(throttle.waitMs('new@b.c', '10.0.0.1')).toBeGreaterThan(0);
  });

  it('is forgiven by the right password, and by an hour of quiet', () => {
    const clock = new ManualClock();
    const throttle = new SignInThrottle(clock);
    failing(throttle, 9);
    throttle.succeed('a@b.c', '10.0.0.1');
    expect(throttle.waitMs('a@b.c', '10.0.0.1')).toBe(0);
    failing(throttle, 9);
    clock.advance(61 * 60_000);
    failing(throttle, 1);
    expect(throttle.waitMs('a@b.c', '10.0.0.1')).toBe(0);
  });

  it('waits no longer when the clock is set back', () => {
    const clock = new ManualClock();
    const throttle = new SignInThrottle(clock);
    failing(throttle, 5);
    clock.advance(-24 * 60 * 60_000);
    expect(throttle.waitMs('a@b.c', '10.0.0.1')).toBe(2000);
    clock.advance(2000);
    expect(throttle.waitMs('a@b.c', '10.0.0.1')).toBe(0);
  });
});
