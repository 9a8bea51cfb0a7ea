import { type CutReport, throughCuts } from '@rollcall/test/fleet/through-cuts';
import type { Benchmark } from './benchmark.ts';

const plan = { captures: 1_000, cuts: 20, siteKills: 3, agentKills: 5 };

/** A morning that waits at a door, and a network that breaks again and again while it is handed in. */
export const cuts: Benchmark = {
  name: 'cuts',
  summary: [
    `${plan.captures} captures that waited at a door come through ${plan.cuts} cuts of the network (at once, in the middle of a message, in silence, with the acks`,
    `lost, slow, refused), ${plan.siteKills} \`kill -9\` of the site with its broker and ${plan.agentKills} of the agent: real processes, mutual TLS, a proxy between them.`,
  ].join('\n'),
  async run() {
    const report = await throughCuts(plan);
    const { sightings, peopled, ...numbers } = report;
    return {
      markdown: table(report),
      json: { ...plan, ...numbers, sightings: sightings.length, peopled: peopled.size },
    };
  },
};

function table(report: CutReport): string {
  const doubled = report.sightings.length - new Set(report.sightings.map(({ passageId }) => passageId)).size;
  const rows: readonly (readonly [string, string | number])[] = [
    ['captures sent, and ends of their passages', `${report.captures} + ${report.messages - report.captures}`],
    ['captures lost', report.lost],
    ['captures recorded under another time than their own', report.misdated],
    ['captures recorded that nobody sent', report.extra],
    [
      'passages with somebody in them, sightings, of these twice',
      `${report.peopled.size}, ${report.sightings.length}, ${doubled}`,
    ],
    ['left in the outbox, parked', `${report.leftInOutbox}, ${report.parked}`],
    ['messages sent again, of all', `${report.sent - report.messages} of ${report.messages}`],
    ['connections that the agent made', report.connections],
    ['seconds until the outbox was empty', Math.round(report.deliveredMs / 1_000)],
  ];
  return ['| | |', '|---|---|', ...rows.map(([what, value]) => `| ${what} | ${value} |`)].join('\n');
}
