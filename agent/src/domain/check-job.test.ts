import { CheckReport } from '@rollcall/contract/check-report';
import { JobId } from '@rollcall/contract/device-job';
import { ReportMessage } from '@rollcall/contract/report';
import { ManualClock } from '@rollcall/kit/clock';
import { systemTimer } from '@rollcall/kit/timer';
import { ulid } from 'ulid';
import { beforeEach, expect, test } from 'vitest';
import { MemoryOutbox } from '../../test/memory-outbox.ts';
import { foundFace, ScriptedFaceFinder } from '../../test/scripted-face-finder.ts';
import type { Frame } from '../ports/frame.ts';
import { type CheckJobPorts, checkJob } from './check-job.ts';

const jobId = JobId.parse(`${ulid()}-check`);
const luma = { width: 64, height: 48, data: Uint8Array.from({ length: 64 * 48 }, (_, i) => (i * 7919) % 251) };

let outbox: MemoryOutbox;
let finder: ScriptedFaceFinder;
beforeEach(() => {
  outbox = new MemoryOutbox();
  finder = new ScriptedFaceFinder();
  finder.answer = async () => [foundFace(90)];
});

function run(changes: Partial<CheckJobPorts> = {}, signal = new AbortController().signal) {
  const clock = new ManualClock();
  let at = clock.now();
  const lastFrame = (): Frame => ({ at: ++at, image: Uint8Array.of(1, 2, 3), width: 1280, height: 720, luma });
  const job = checkJob({
    outbox,
    finder: () => finder,
    encoder: { encode: async (jpeg) => jpeg },
    halfLuma: async () => luma,
    lastFrame,
    picture: () => undefined,
    isBusy: () => false,
    crop: () => true,
    newId: () => ulid(),
    clock,
    // Time that is over at once, look by look.
    timer: { ...systemTimer, now: () => (at += 500), after: (_ms, act) => systemTimer.after(0, act) },
    ...changes,
  });
  return job.run({ jobId, document: { kind: 'check', seconds: 3 }, signal });
}

test('sends what was measured, and sums it up where jobs are listed', async () => {
  const outcome = await run();
  expect(outcome).toMatchObject({ status: 'SUCCEEDED', details: { fit: 'yes', bytes: expect.any(String) } });
  const [item] = [...outbox.items()];
  const message = ReportMessage.parse(JSON.parse(Buffer.from((item && (await outbox.read(item))) ?? []).toString()));
  expect(message).toMatchObject({ jobId, kind: 'check', contentType: 'application/json' });
  const report = CheckReport.parse(JSON.parse(Buffer.from(message.body, 'base64').toString()));
  expect(report).toMatchObject({ fit: true, framesWithFace: report.frames });
});

test('sums up what is to be done', async () => {
  finder.answer = async () => [foundFace(30)];
  expect(await run()).toMatchObject({ details: { fit: 'no', advice: expect.stringContaining('30 pixels wide') } });
});

test('sends nothing when it is ended before its time, and puts the models away', async () => {
  const stop = new AbortController();
  finder.answer = async () => (stop.abort(), []);
  expect(await run({}, stop.signal)).toMatchObject({ status: 'FAILED' });
  expect(outbox.state().items).toBe(0);
  expect(finder.isReady).toBe(false);
});
