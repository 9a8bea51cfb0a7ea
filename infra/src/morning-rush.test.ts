import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Capacity, type Rush, simulateRush, tpsFor } from './morning-rush.ts';

const school: Rush = { doors: 10, peoplePerDoor: 100, windowMinutes: 30, zones: 1, callsPerPassage: 1.05 };
const region: Capacity = { tps: 50, concurrency: 50, serviceSeconds: 1 };

describe('the simulation of a morning', () => {
  it('is the same morning for the same seed, and another for another', () => {
    expect(simulateRush(school, region, 7)).toEqual(simulateRush(school, region, 7));
    expect(simulateRush(school, region, 8)).not.toEqual(simulateRush(school, region, 7));
  });

  it('makes nobody wait when there is room for all', () => {
    const result = simulateRush(school, region);
    expect(result.passages).toBe(1000);
    expect(result.longestQueue).toBeLessThanOrEqual(3);
    expect(result.delay.p50).toBeLessThan(1);
  });

  it('ends when the calls that are needed have been granted, and not before', () => {
    const burst: Rush = { ...school, doors: 100, peoplePerDoor: 60, windowMinutes: 1 };
    const { drainMinutes, longestQueue } = simulateRush(burst, { ...region, tps: 5 });
    const calls = 6000 * 1.05;
    expect(drainMinutes * 60).toBeGreaterThan(calls / 5 - 60 - 2);
    expect(drainMinutes * 60).toBeLessThan(calls / 5 + 20);
    expect(longestQueue).toBeGreaterThan(5000);
  });

  it('is bound by servers when there are few, as by calls when those are few', () => {
    const burst: Rush = { ...school, windowMinutes: 1 };
    const fewServers = simulateRush(burst, { tps: 1000, concurrency: 2, serviceSeconds: 1 });
    expect(fewServers.drainMinutes * 60).toBeGreaterThan(1000 / 2 - 60 - 60);
  });

  it('answers sooner with more calls granted', () => {
    const few = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(few, few, fc.integer({ min: 1, max: 99 }), (tps, more, seed) => {
        const capacity = { concurrency: 100, serviceSeconds: 1 };
        const slow = simulateRush(school, { ...capacity, tps }, seed);
        const fast = simulateRush(school, { ...capacity, tps: tps + more }, seed);
        expect(fast.delay.p95).toBeLessThanOrEqual(slow.delay.p95 + 1e-9);
      }),
      { numRuns: 50 },
    );
  });

  it('finds the calls a second that a promise takes: with those it is kept, with fewer not', () => {
    const campus: Rush = { ...school, doors: 200 };
    const tps = tpsFor(campus, 10, 1);
    const at = (granted: number) =>
      simulateRush(campus, { tps: granted, concurrency: Math.max(2, granted), serviceSeconds: 1 });
    expect(at(tps).delay.p95).toBeLessThanOrEqual(10);
    expect(at(tps - 1).delay.p95).toBeGreaterThan(10);
  });
});
