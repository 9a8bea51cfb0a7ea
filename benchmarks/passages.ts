import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Misconfigured } from '@rollcall/kit/app-error';
import type { Benchmark } from './benchmark.ts';
import { clipsWithTruth } from './clips-with-truth.ts';
import { findPassages } from './find-passages.ts';
import { fixturesDir } from './fixtures.ts';
import { type Found, type PassageScore, scorePassages, Truth } from './passage-score.ts';

/** Passages found in clips by the agent as it is by default, beside what really happens in them. */
export const passages: Benchmark = {
  name: 'passages',
  summary: 'Passages that the agent finds in door clips, beside those that somebody saw in them.',
  configure(command) {
    command.option('--clip <file>', 'a clip; without it, every clip of the fixtures that has a truth file');
    command.option('--truth <file>', 'its truth: { passages: [{ start_s, end_s }], non_person_motion_s? }');
  },
  async run({ clip, truth }) {
    if (!clip !== !truth) throw new Misconfigured('expected both --clip and --truth, or neither');
    const clips = clip && truth ? [{ clip, truth }] : clipsWithTruth();
    const results: Result[] = [];
    for (const one of clips) results.push(await measure(one.clip, one.truth));
    const json = clip ? results[0]?.score : Object.fromEntries(results.map(({ name, score }) => [name, score]));
    return { markdown: table(results), json, publish: !clip && results.length > 0 };
  },
};

interface Result {
  readonly name: string;
  readonly score: PassageScore;
  readonly found: readonly Found[];
}

async function measure(clip: string, truthFile: string): Promise<Result> {
  const truth = Truth.parse(JSON.parse(await readFile(truthFile, 'utf8')));
  const found = await findPassages(`video:${clip}?speed=max`);
  return { name: basename(clip), score: scorePassages(truth, found), found };
}

function table(results: readonly Result[]): string {
  if (results.length === 0) return `No clips: expected them in ${fixturesDir}/videos, see ROLLCALL_FIXTURES.`;
  const rows = results.map(({ name, score: s }) => {
    return `| ${name} | ${s.recall} | ${s.splits} | ${s.merges} | ${s.false} | ${s.passages} | ${s.captures} |`;
  });
  const spans = results.map(({ name, found }) => {
    return `* ${name}: ${found.map((one) => `${one.start.toFixed(1)}–${one.end.toFixed(1)}`).join(', ') || 'none'}`;
  });
  return [
    '| clip | recall | splits | merges | false | passages | captures per passage |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    'What moves and is nobody (a car) may be found, once. Found, in seconds from the first frame to the last that has somebody in it:',
    '',
    ...spans,
  ].join('\n');
}
