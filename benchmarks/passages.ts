import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { openCamera } from '@rollcall/agent/cameras/open-camera';
import { sharpFrameReader } from '@rollcall/agent/cameras/sharp-frame-reader';
import { watchDoor } from '@rollcall/agent/domain/watch-door';
import { AgentConfig } from '@rollcall/contract/agent-config';
import { Misconfigured } from '@rollcall/kit/app-error';
import { systemClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import { ulid } from 'ulid';
import type { Benchmark } from './benchmark.ts';
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
    const clips = clip && truth ? [{ clip, truth }] : fixtureClips();
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

function fixtureClips(): { clip: string; truth: string }[] {
  const dir = `${fixturesDir}/videos`;
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((name) => /\.(mp4|gif)$/.test(name) && existsSync(`${dir}/${name.replace(/\.\w+$/, '.truth.json')}`))
    .sort()
    .map((name) => ({ clip: `${dir}/${name}`, truth: `${dir}/${name.replace(/\.\w+$/, '.truth.json')}` }));
}

async function measure(clip: string, truthFile: string): Promise<Result> {
  const truth = Truth.parse(JSON.parse(await readFile(truthFile, 'utf8')));
  const found = await findPassages(clip);
  return { name: basename(clip), score: scorePassages(truth, found), found };
}

/** Runs the agent's eyes over a clip, each frame, as fast as it goes. */
async function findPassages(clip: string): Promise<Found[]> {
  const camera = openCamera(`video:${clip}?speed=max`, { clock: systemClock, timer: systemTimer, log: silentLog });
  let start: number | undefined;
  async function* frames() {
    for await (const frame of camera.frames()) {
      start ??= frame.at;
      yield frame;
    }
  }
  const { motion, passage } = AgentConfig.parse({ org: 'main', camera: 'video:', mqtt: { host: 'none' } });
  const events = watchDoor({
    camera: { frames },
    reader: sharpFrameReader,
    motion,
    passage,
    clockSynced: () => true,
    newId: ulid,
    timer: systemTimer,
  });
  const found: Found[] = [];
  const seconds = (instant: string) => (Date.parse(instant) - (start ?? 0)) / 1000;
  for await (const event of events) {
    if (event.kind !== 'passage') continue;
    const { openedAt, closedAt, captures } = event.message;
    found.push({ start: seconds(openedAt), end: seconds(closedAt), captures: captures.length });
  }
  return found;
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
