import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { jobTopic } from '@rollcall/contract/topics';
import { Unavailable } from '@rollcall/kit/app-error';
import { silentLog } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../test/eventually.ts';
import { MemoryJobMemory } from '../../test/memory-job-queue.ts';
import { TestBroker } from '../../test/test-broker.ts';
import { JobRunner } from '../domain/do-jobs.ts';
import { IotJobs } from './iot-jobs.ts';
import { IotPublisher } from './iot-publisher.ts';

const device = DeviceId.parse('camera-1');
const jobId = `${ulid()}-snapshot`;

let broker: TestBroker;
let publisher: IotPublisher;
let queue: IotJobs;
/** What was asked, without the token by which the answer is known. */
let asked: { path: string; request: object }[];
/** What the next request on a path gets. */
let answers: Map<string, Answer>;

interface Answer {
  readonly outcome: 'accepted' | 'rejected';
  readonly body: object;
}

beforeAll(async () => {
  broker = await TestBroker.start();
});
afterAll(() => broker.stop());

beforeEach(async () => {
  asked = [];
  answers = new Map();
  broker.rules.onJobs = answering();
  const keyed = await broker.ca.client(device);
  publisher = new IotPublisher({
    mqtt: { host: '127.0.0.1', port: broker.port, caPem: broker.ca.pem, ...keyed },
    prefix: 'rollcall',
    org: OrganizationId.parse('main'),
    device,
    timer: systemTimer,
    log: silentLog,
  });
  queue = new IotJobs({ client: publisher.client, device, log: silentLog });
  queue.start();
  publisher.start();
  await eventually(() => {
    if (!publisher.online) throw new Error('not online yet');
  });
});
afterEach(async () => {
  queue.stop();
  queue.stop();
  await publisher.stop();
});

/** Answers as `answers` says, or as `by` does for a topic that ends so. */
const answering =
  (by: Readonly<Record<string, () => Answer>> = {}): TestBroker['rules']['onJobs'] =>
  (topic, value) => {
    const { clientToken, ...request } = z.looseObject({ clientToken: z.string() }).parse(value);
    const path = topic.slice(jobTopic(device, '').length);
    asked.push({ path, request });
    const answer = Object.entries(by).find(([ending]) => path.endsWith(ending))?.[1]() ?? answers.get(path);
    return answer && { outcome: answer.outcome, body: { clientToken, timestamp: 1, ...answer.body } };
  };
const accepted = (body: object) => ({ outcome: 'accepted', body }) as const;
const rejected = (code: string) => ({ outcome: 'rejected', body: { code, message: 'as AWS says' } }) as const;
const reply = { jobId, status: 'SUCCEEDED', details: {}, expectedVersion: 2 } as const;

test('the next job is described, and none is none, however it is said', async () => {
  const execution = { jobId, status: 'QUEUED', jobDocument: { kind: 'snapshot' }, versionNumber: 1, thingName: device };
  answers.set('$next/get', accepted({ execution }));
  expect(await queue.next()).toEqual({ jobId, status: 'QUEUED', document: { kind: 'snapshot' }, version: 1 });
  for (const nothing of [{}, { execution: {} }]) {
    answers.set('$next/get', accepted(nothing));
    expect(await queue.next()).toBeUndefined();
  }
});

test('an update names the version that it knows, and gets the next one', async () => {
  answers.set(`${jobId}/update`, accepted({ executionState: { status: 'SUCCEEDED', versionNumber: 3 } }));
  expect(await queue.update({ ...reply, details: { size: '1x1' } })).toBe(3);
  expect(asked).toEqual([
    {
      path: `${jobId}/update`,
      request: {
        status: 'SUCCEEDED',
        statusDetails: { size: '1x1' },
        expectedVersion: 2,
        includeJobExecutionState: true,
      },
    },
  ]);
});

test.each(['InvalidStateTransition', 'VersionMismatch', 'ResourceNotFound', 'TerminalStateReached'])(
  'an update that is refused with %s comes too late: the job is over',
  async (code) => {
    answers.set(`${jobId}/update`, rejected(code));
    expect(await queue.update(reply)).toBeUndefined();
  },
);

test.each(['RequestThrottled', 'InternalError', 'InvalidRequest'])(
  'an update that is refused with %s is to be tried later',
  async (code) => {
    answers.set(`${jobId}/update`, rejected(code));
    await expect(queue.update(reply)).rejects.toThrow(Unavailable);
  },
);

test('another next job is told of, and what is no notice is let go', async () => {
  const heard: (string | undefined)[] = [];
  queue.onNext((id) => heard.push(id));
  const topic = jobTopic(device, 'notify-next');
  await eventually(() => {
    broker.tell(topic, { execution: { jobId } });
    expect(heard.length).toBeGreaterThan(0);
  });
  broker.tell(topic, ['what is this']);
  broker.tell(topic, { execution: {} });
  await eventually(() => expect(heard.at(-1)).toBeUndefined());
  expect(heard[0]).toBe(jobId);
});

test('a job whose document nobody can read is rejected with the reason, and the agent goes on', async () => {
  const execution = { jobId, status: 'QUEUED', jobDocument: 'restart, please', versionNumber: 1 };
  answers.set('$next/get', accepted({ execution }));
  const runner = new JobRunner({
    queue,
    memory: new MemoryJobMemory(),
    handlers: {
      restart: { timeoutMs: 1_000, needsQuiet: false, run: () => Promise.resolve({ status: 'restarting' }) },
    },
    link: publisher,
    quiet: () => Promise.resolve(),
    restart: () => expect.unreachable(),
    timer: systemTimer,
    log: silentLog,
  });
  broker.rules.onJobs = answering({
    '/update': () => {
      // It is over with that.
      answers.set('$next/get', accepted({}));
      return accepted({ executionState: { versionNumber: 2 } });
    },
  });
  runner.start();
  await eventually(() => expect(asked.map(({ path }) => path)).toEqual(['$next/get', `${jobId}/update`, '$next/get']));
  const update = asked.find(({ path }) => path === `${jobId}/update`);
  expect(update?.request).toMatchObject({
    status: 'REJECTED',
    statusDetails: { reason: 'the document does not fit: kind: expected text' },
    expectedVersion: 1,
  });
  await runner.stop();
});
