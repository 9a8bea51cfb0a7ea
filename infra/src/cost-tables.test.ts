import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { costTables } from './cost-tables.ts';
import { deviceMonthCost, normalTraffic, passageCost, totalOf } from './passage-cost.ts';
import { type Price, prices } from './prices.ts';

describe('what a passage costs', () => {
  it('is, for the most part, what Rekognition costs, and that follows the calls', () => {
    const lines = passageCost(normalTraffic);
    const faces = totalOf(lines.filter(({ price }) => price === 'faceCall'));
    expect(faces).toBeCloseTo(1.05 * prices.faceCall.usd, 9);
    expect(faces / totalOf(lines)).toBeGreaterThan(0.9);
  });

  it('grows with pictures and calls, and never shrinks', () => {
    const base = totalOf(passageCost(normalTraffic));
    for (const more of [
      { capturesPerPassage: 3 },
      { faceCallsPerPassage: 2 },
      { captureKb: 90 },
      { retentionDays: 365 },
    ]) {
      expect(totalOf(passageCost({ ...normalTraffic, ...more }))).toBeGreaterThan(base);
    }
  });

  it('is made of prices with a date and a source each, and so is a camera’s month', () => {
    for (const price of Object.values<Price>(prices)) {
      expect(price.usd).toBeGreaterThan(0);
      expect(price.asOf).toMatch(/^\d{4}(-\d{2}){0,2}$/);
      expect(price.source.length).toBeGreaterThan(5);
    }
    expect(totalOf(deviceMonthCost())).toBeGreaterThan(0);
  });

  it('is in docs/aws.md as it is computed', () => {
    const words = readFileSync(new URL('../../docs/aws.md', import.meta.url), 'utf8');
    for (const line of costTables()) expect(words).toContain(line);
  });
});
