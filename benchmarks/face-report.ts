import { defaultThresholds, judge } from '@rollcall/cloud/domain/match-policy';
import type { Report } from './benchmark.ts';
import type { EngineSpeed } from './engine.ts';
import type { Gallery, GatedSearch } from './face-gallery.ts';
import type { SplitPicture } from './face-split.ts';
import { identifiedAt, othersBest, rankOne, strangersBest } from './identification.ts';
import { median } from './median.ts';

/** The tables and the JSON of the faces benchmark. */
export function reportFaces(
  pictures: readonly SplitPicture[],
  { searches, people, faceless, times }: Gallery,
  speeds: Readonly<Record<'oneWorker' | 'twoWorkers' | 'door720p', EngineSpeed>>,
  search: number,
): Report {
  const mated = searches.filter((one) => one.truth !== null);
  const strangers = searches.filter((one) => one.truth === null);
  const byStrangers = [0.01, 0.001].map((rate) => identifiedAt(rate, searches, strangersBest(searches)));
  const byAll = [0.01, 0.001].map((rate) => identifiedAt(rate, searches, othersBest(searches)));
  const [enrolled, foreign] = [verdicts(mated), verdicts(strangers)];
  const wallMs = median(times.map((time) => time.wallMs));
  const cpuMs = median(times.map((time) => time.cpuMs));
  const photos = pictures.filter((picture) => picture.role === 'enrol').length;
  const json = {
    people,
    photos,
    probes: mated.length,
    strangers: strangers.length,
    faceless,
    rank1: rankOne(searches),
    dirAt1PercentFpir: byStrangers[0]?.rate,
    dirAt01PercentFpir: byStrangers[1]?.rate,
    leaveOneOut: { dirAt1PercentFpir: byAll[0]?.rate, dirAt01PercentFpir: byAll[1]?.rate, impostors: searches.length },
    policy: { thresholds: defaultThresholds, enrolled, strangers: foreign },
    speed: { wallMs, cpuMs, ...speeds, search30000Ms: search },
  };
  const at = (found: typeof byAll) =>
    found.map((one) => `${percent(one.rate)} (over ${one.threshold.toFixed(1)})`).join(' | ');
  const row = (count: typeof enrolled) => Object.values(count).join(' | ');
  const { accept, doubtful, margin } = defaultThresholds;
  const markdown = [
    `${people} people with ${photos} photos, ${mated.length} other pictures of them, ${strangers.length} strangers; no face found in ${faceless}.`,
    '',
    `Rank-1: ${percent(json.rank1)}.`,
    '',
    '| identified (right person over the threshold) at false positives of | 1 % | 0.1 % |',
    '|---|---|---|',
    `| counted on the ${strangers.length} strangers (so that none may pass) | ${at(byStrangers)} |`,
    `| counted on all ${searches.length} searches, each without its own person | ${at(byAll)} |`,
    '| the same parts on full LFW, 100 people with one photo | 87 % | – |',
    '',
    `Match policy: accept ${accept}, doubtful ${doubtful}, margin ${margin}, and the face gate.`,
    '',
    '| | accepted, right | accepted, wrong | doubtful | unknown | unusable |',
    '|---|---|---|---|---|---|',
    `| enrolled people | ${row(enrolled)} |`,
    `| strangers | ${row(foreign)} |`,
    '',
    '| speed | |',
    '|---|---|',
    `| picture to vectors, one thread | ${wallMs.toFixed(1)} ms (${cpuMs.toFixed(1)} ms CPU) |`,
    `| engine, 1 worker | ${speeds.oneWorker.picturesPerSecond.toFixed(1)} pictures/s |`,
    `| engine, 2 workers | ${speeds.twoWorkers.picturesPerSecond.toFixed(1)} pictures/s |`,
    `| engine, 2 workers, 720p with two faces | ${speeds.door720p.picturesPerSecond.toFixed(1)} pictures/s |`,
    `| search among 30,000 photos of 10,000 people | ${search.toFixed(1)} ms |`,
  ].join('\n');
  return { json, markdown };
}

/** What the match policy and the face gate, at their defaults, make of the searches. */
function verdicts(searches: readonly GatedSearch[]) {
  const count = { accepted: 0, wrong: 0, doubtful: 0, unknown: 0, unusable: 0 };
  for (const { truth, candidates, problem } of searches) {
    const judged = judge(candidates, defaultThresholds);
    if (problem !== null) count.unusable++;
    else if (judged.verdict !== 'accepted') count[judged.verdict]++;
    else if (judged.personId === truth) count.accepted++;
    else count.wrong++;
  }
  return count;
}

function percent(value: number | undefined): string {
  return `${(100 * (value ?? 0)).toFixed(1)} %`;
}
