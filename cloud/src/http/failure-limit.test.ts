import { ManualClock } from '@rollcall/kit/clock';
import { describe, expect, it } from 'vitest';
import { FailureLimit } from './failure-limit.ts';

describe('failures of an address', () => {
  it('are twenty at a time and twenty a minute, and nobody else’s', () => {
    const clock = new ManualClock();
    const limit = new FailureLimit(clock);
    const failures = Array.from({ length: 21 }, () => limit.fail('a'));
    expect(failures.filter(Boolean)).toHaveLength(1);
    expect(limit.fail('b')).toBe(false);
    clock.advance(60_000);
    expect(limit.fail('a')).toBe(false);
  });

  it('are forgotten for the address seen longest ago when there are too many, never for the newest', () => {
    const limit = new FailureLimit(new ManualClock());
    for (let n = 0; n < 20; n++) limit.fail('old');
    for (let n = 0; n < 10_000; n++) limit.fail(`address ${n}`);
    expect(limit.fail('old')).toBe(false);
    for (let n = 0; n < 19; n++) limit.fail('old');
    expect(limit.fail('old')).toBe(true);
  });
});
