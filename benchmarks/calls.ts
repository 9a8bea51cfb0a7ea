import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareDemo } from '@rollcall/cloud/demo/prepare-demo';
import { silentLog } from '@rollcall/kit/log';
import { type EmulatorForTests, startEmulator } from '@rollcall/test/rekognition/start-emulator';
import type { Benchmark } from './benchmark.ts';
import { filmDoor, type FilmedDoor } from './filmed-door.ts';
import { fixture } from './fixtures.ts';
import { patientGate } from './gated-clip.ts';
import { median } from './median.ts';
import { drawWalks } from './drawn-walks.ts';
import { playDoor, type PlayedPassage, type SearchPolicy, searchPolicies } from './played-door.ts';

/** What passages cost in the cloud edition: nearly all of it is calls to Rekognition. */
export const calls: Benchmark = {
  name: 'calls',
  summary: 'Calls to Rekognition that passages cost, by when captures are searched, against an emulator.',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-calls-'));
    const test = await startEmulator();
    try {
      const measured: Measured[] = [];
      for (const door of await doors(folder)) {
        for (const policy of searchPolicies) measured.push(await measure(test, door, policy));
      }
      return { markdown: table(measured), json: measured };
    } finally {
      await test.stop();
      await rm(folder, { recursive: true });
    }
  },
};

interface Measured {
  readonly door: string;
  readonly policy: SearchPolicy;
  readonly passages: number;
  readonly captures: number;
  /** Calls, and how many were right, by who went through. */
  readonly enrolled: Outcome;
  readonly strangers: Outcome;
}

interface Outcome {
  readonly passages: number;
  readonly calls: number;
  readonly mostCalls: number;
  /** Accepted as who they are; for strangers: as nobody. */
  readonly right: number;
  /** Seconds from when somebody was last seen to the register, of those that are in it. */
  readonly secondsAfter: readonly number[];
}

/** What is watched: the demo’s clip with the agent’s face gate and without, and walks drawn of a split of faces, if there is one. */
async function doors(folder: string): Promise<FilmedDoor[]> {
  const { people, clip } = await prepareDemo({ dataDir: folder, log: silentLog });
  // In the order in which they walk in; the last is nobody who is enrolled.
  const film = { clip, people, walkers: [0, 1, 2, 3].map((index) => people[index]?.name ?? '') };
  const gate = await patientGate(folder);
  const filmed = [
    await filmDoor({ ...film, name: 'demo clip, no face gate' }),
    await filmDoor({ ...film, name: 'demo clip, face gate', gate }),
  ];
  await gate.stop();
  const split = fixture('faces/lfw_dev.tsv');
  return split === undefined ? filmed : [...filmed, await drawWalks(split)];
}

async function measure(test: EmulatorForTests, door: FilmedDoor, policy: SearchPolicy): Promise<Measured> {
  const played = await playDoor(test, door, policy);
  return {
    door: door.name,
    policy,
    passages: played.length,
    captures: door.passages.reduce((sum, one) => sum + one.captures.length, 0),
    enrolled: outcomeOf(played.filter((one) => one.isEnrolled)),
    strangers: outcomeOf(played.filter((one) => !one.isEnrolled)),
  };
}

function outcomeOf(some: readonly PlayedPassage[]): Outcome {
  return {
    passages: some.length,
    calls: some.reduce((sum, one) => sum + one.calls, 0),
    mostCalls: Math.max(0, ...some.map((one) => one.calls)),
    right: some.filter((one) => one.isRight).length,
    secondsAfter: some.flatMap((one) => one.secondsAfter ?? []),
  };
}

function table(measured: readonly Measured[]): string {
  const rows = measured.map(({ door, policy, passages, captures, enrolled, strangers }) => {
    const perPassage = (enrolled.calls / enrolled.passages).toFixed(2);
    const late = enrolled.secondsAfter;
    const seconds = late.length > 0 ? `${median(late).toFixed(1)} / ${Math.max(...late).toFixed(1)}` : '–';
    return [
      door,
      policy,
      `${passages} / ${captures}`,
      `**${perPassage}**`,
      `${enrolled.right} of ${enrolled.passages}`,
      seconds,
      (strangers.calls / strangers.passages).toFixed(2),
      `${strangers.mostCalls}`,
      `${strangers.right} of ${strangers.passages}`,
    ];
  });
  const head = [
    'door',
    'captures are searched',
    'passages / captures',
    'calls, enrolled',
    'right',
    's after, median / most',
    'calls, strangers',
    'most',
    'right',
  ];
  return [
    ...[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    '',
    'Calls are per passage, counted by the emulator as AWS bills them: one SearchUsersByImage for a capture, and one more for each further face',
    'in it that could be recognized. Seconds are from when somebody was last seen to the register, with a second for each call, one after the',
    'other; below zero they are still in the doorway. Whom the emulator recognizes is by the embedded models, at accept 95: on AWS it is 99 of',
    'another scale. The walks of the last door are drawn: one press photo each, at three distances, of people with three enrolled.',
  ].join('\n');
}
