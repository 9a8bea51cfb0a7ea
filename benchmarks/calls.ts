import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharpEncoder } from '@rollcall/agent/adapters/sharp-encoder';
import { openCamera } from '@rollcall/agent/cameras/open-camera';
import { sharpFrameReader } from '@rollcall/agent/cameras/sharp-frame-reader';
import { fitCapture } from '@rollcall/agent/domain/fit-capture';
import { watchDoor } from '@rollcall/agent/domain/watch-door';
import { prepareDemo } from '@rollcall/cloud/demo/prepare-demo';
import { AgentConfig } from '@rollcall/contract/agent-config';
import { OrganizationId } from '@rollcall/contract/ids';
import { systemClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import { startEmulator } from '@rollcall/test/rekognition/start-emulator';
import { openDoor } from '@rollcall/test/rekognition/watched-door';
import { ulid } from 'ulid';
import type { Benchmark } from './benchmark.ts';

const org = OrganizationId.parse('main');

/** What passages cost in the cloud edition: nearly all of it is calls to Rekognition. */
export const calls: Benchmark = {
  name: 'calls',
  summary:
    'Calls to Rekognition that the passages of the demo clip cost, with the agent as it is by default, against an emulator.',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-calls-'));
    const test = await startEmulator();
    try {
      const measured = [];
      for (const maxCaptures of [1, 2, 3]) measured.push(await measure(test, folder, maxCaptures));
      return { markdown: table(measured), json: measured };
    } finally {
      await test.stop();
      await rm(folder, { recursive: true });
    }
  },
};

interface Measured {
  readonly maxCaptures: number;
  readonly passages: number;
  readonly captures: number;
  readonly calls: number;
  readonly verdicts: Readonly<Record<string, number>>;
}

async function measure(
  { emulator, newEngine }: Awaited<ReturnType<typeof startEmulator>>,
  folder: string,
  maxCaptures: number,
): Promise<Measured> {
  const { people, clip } = await prepareDemo({ dataDir: folder, log: silentLog });
  const prefix = `calls-${maxCaptures}`;
  const door = await openDoor(newEngine({ prefix }), org);
  for (const { name, photos } of people) await door.enroll(name, photos);
  emulator.resetCounts();
  let [passages, captures] = [0, 0];
  for await (const event of watch(clip, maxCaptures)) {
    if (event.kind === 'passage') {
      passages++;
      await door.passage(event.message);
      continue;
    }
    const message = await fitCapture(event, sharpEncoder);
    if (!message) throw new Error('a capture of the demo clip does not fit a message');
    captures++;
    await door.capture(message);
  }
  const verdicts: Record<string, number> = {};
  for (const verdict of await door.verdicts()) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  await door.close();
  const total = [...emulator.calls.values()].reduce((sum, count) => sum + count, 0);
  return { maxCaptures, passages, captures, calls: total, verdicts };
}

function watch(clip: string, maxCaptures: number) {
  const camera = openCamera(`video:${clip}?speed=max`, { clock: systemClock, timer: systemTimer, log: silentLog });
  const { motion, passage } = AgentConfig.parse({ org, camera: 'video:', mqtt: { host: 'none' } });
  return watchDoor({
    camera,
    reader: sharpFrameReader,
    motion,
    passage: { ...passage, maxCaptures },
    clockSynced: () => true,
    newId: ulid,
    timer: systemTimer,
  });
}

function table(measured: readonly Measured[]): string {
  const rows = measured.map(({ maxCaptures, passages, captures, calls: total, verdicts }) => {
    const seen = Object.entries(verdicts).map(([verdict, count]) => `${count} ${verdict}`);
    const [perPassage, perCapture] = [total / passages, total / captures].map((one) => one.toFixed(2));
    return `| ${maxCaptures} | ${passages} | ${captures} | ${total} | ${perPassage} | ${perCapture} | ${seen.join(', ')} |`;
  });
  return [
    '| captures at most | passages | captures | calls | per passage | per capture | verdicts |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    'Each capture costs one SearchUsersByImage, and one more for each further face in it that could be recognized. Putting the shots of a',
    'passage together costs none. The emulator counts calls as AWS bills them; whom it recognizes is by the embedded models.',
  ].join('\n');
}
