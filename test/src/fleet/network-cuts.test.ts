import { expect, test } from 'vitest';
import { throughCuts } from './through-cuts.ts';

// 1,000 captures through 20 cuts take minutes: `pnpm bench cuts`.
const plan = { captures: 200, cuts: 8, siteKills: 1, agentKills: 2 };

test('200 captures come through 8 cuts, a kill of the broker and 2 of the agent: each once and under its own time', async () => {
  const report = await throughCuts(plan);
  const { lost, misdated, extra, leftInOutbox, parked } = report;
  const none = { lost: 0, misdated: 0, extra: 0, leftInOutbox: 0, parked: 0 };
  expect({ lost, misdated, extra, leftInOutbox, parked }).toEqual(none);
  // One sighting for each passage with somebody in it.
  expect(report.sightings.map(({ passageId }) => passageId).toSorted()).toEqual([...report.peopled].toSorted());
  // No more is sent again than what was on the way when something broke: two at a time, and a few tries while it is broken.
  const troubles = plan.cuts + plan.siteKills + plan.agentKills;
  expect(report.sent).toBeGreaterThanOrEqual(report.messages);
  expect(report.sent - report.messages).toBeLessThanOrEqual(10 * troubles);
  expect(report.connections).toBeGreaterThanOrEqual(troubles);
}, 600_000);
