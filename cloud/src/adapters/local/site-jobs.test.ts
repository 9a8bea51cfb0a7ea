import { type DeviceJob, type JobDocument, JobId } from '@rollcall/contract/device-job';
import { DeviceId } from '@rollcall/contract/ids';
import { jobTopic } from '@rollcall/contract/topics';
import { ManualTimer } from '@rollcall/kit/timer';
import { silentLog } from '@rollcall/kit/log';
import type { MqttClient } from 'mqtt';
import { monotonicFactory } from 'ulid';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { MemoryImages } from '../../domain/memory-images.test.support.ts';
import { cancelJob, type JobPorts, requestJob } from '../../domain/request-job.ts';
import { org, startTestBroker, type TestBroker } from './site-broker-for-tests.ts';
import { SiteJobs } from './site-jobs.ts';

const newId = monotonicFactory();

describe('the jobs of a device on the site’s broker', () => {
  let test: TestBroker;
  let ports: JobPorts;
  let camera: DeviceId;
  let client: MqttClient;
  let count = 0;
  const heard: { path: string; body: Record<string, unknown> }[] = [];
  beforeAll(async () => {
    test = await startTestBroker();
    const { devices, jobs, clock } = test;
    ports = { devices, jobs, deviceJobs: test.broker.jobs, images: new MemoryImages(), newId, clock };
  });
  afterAll(() => test.stop());
  beforeEach(async () => {
    // A device of its own for each test, whose queue is empty.
    camera = DeviceId.parse(`camera-${++count}`);
    client = await test.connect(await test.device(camera), camera);
    await test.devices.change(org, camera, (device) => ({ ...device, state: 'active' }));
    heard.length = 0;
    client.on('message', (topic, payload) => {
      heard.push({ path: topic.slice(jobTopic(camera, '').length), body: JSON.parse(payload.toString()) });
    });
    await client.subscribeAsync([jobTopic(camera, 'notify'), jobTopic(camera, 'notify-next')], { qos: 1 });
  });

  const request = (document: JobDocument = { kind: 'snapshot' }) => requestJob(ports, org, camera, document);
  const statusOf = async (job: DeviceJob) => (await test.jobs.get(org, camera, job.id))?.status;
  /** The answer, which comes to who asked whether it subscribed or not. */
  const ask = async (path: string, body: unknown = {}) => {
    const payload = Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const before = heard.length;
    await client.publishAsync(jobTopic(camera, path), payload, { qos: 1 });
    return vi.waitFor(() => {
      const answer = heard.slice(before).find((one) => /\/(accepted|rejected)$/.test(one.path));
      if (!answer) throw new Error('no answer yet');
      return { outcome: answer.path.slice(path.length + 1), body: answer.body };
    });
  };
  const told = (path: string) =>
    vi.waitFor(() => {
      const message = heard.find((one) => one.path === path);
      if (!message) throw new Error(`nothing on ${path} yet`);
      return message.body;
    });

  it('are told of when they are queued: all of them, and which is next', async () => {
    const first = await request();
    expect(await told('notify')).toMatchObject({ jobs: { QUEUED: [{ jobId: first.id, versionNumber: 1 }] } });
    expect(await told('notify-next')).toMatchObject({
      execution: { jobId: first.id, status: 'QUEUED', jobDocument: { kind: 'snapshot' }, versionNumber: 1 },
    });
    heard.length = 0;
    const second = await request();
    expect(await told('notify')).toMatchObject({ jobs: { QUEUED: [{ jobId: first.id }, { jobId: second.id }] } });
    expect(heard.some(({ path }) => path === 'notify-next')).toBe(false);
  });

  it('are read by $next or by id, with seconds for times and the token of who asked', async () => {
    expect(await ask('$next/get', { clientToken: 'mine' })).toEqual({
      outcome: 'accepted',
      body: { clientToken: 'mine', timestamp: Math.floor(test.clock.now() / 1_000) },
    });
    const job = await request({ kind: 'logs', lines: 7 });
    const execution = {
      jobId: job.id,
      thingName: camera,
      status: 'QUEUED',
      statusDetails: {},
      jobDocument: { kind: 'logs', lines: 7 },
      queuedAt: Math.floor(Date.parse(job.queuedAt) / 1_000),
      lastUpdatedAt: expect.any(Number),
      versionNumber: 1,
      executionNumber: 1,
    };
    expect((await ask('$next/get')).body).toMatchObject({ execution });
    expect((await ask(`${job.id}/get`)).body).toMatchObject({ execution });
    expect((await ask(`${job.id}/get`, { includeJobDocument: false })).body['execution']).not.toHaveProperty(
      'jobDocument',
    );
    expect(await ask('get')).toMatchObject({ body: { inProgressJobs: [], queuedJobs: [{ jobId: job.id }] } });
  });

  it('are begun one after the other by start-next, which gives out again what is in progress', async () => {
    const [first, second] = [await request(), await request()];
    const started = await ask('start-next', { statusDetails: { step: '1' } });
    const execution = { jobId: first.id, status: 'IN_PROGRESS', statusDetails: { step: '1' }, versionNumber: 2 };
    expect(started.body).toMatchObject({ execution });
    expect((await ask('start-next', { statusDetails: { step: '2' } })).body).toMatchObject({ execution });
    heard.length = 0;
    const done = await ask(`${first.id}/update`, { status: 'SUCCEEDED', includeJobExecutionState: true });
    expect(done.body).toMatchObject({ executionState: { status: 'SUCCEEDED', versionNumber: 3 } });
    expect(await told('notify-next')).toMatchObject({ execution: { jobId: second.id } });
    expect((await ask('start-next')).body).toMatchObject({ execution: { jobId: second.id } });
    heard.length = 0;
    await ask(`${second.id}/update`, { status: 'FAILED', statusDetails: { reason: 'no light' } });
    expect(await told('notify-next')).toMatchObject({ execution: {} });
    expect(await told('notify')).toMatchObject({ jobs: {} });
    expect(await test.jobs.get(org, camera, second.id)).toMatchObject({ details: { reason: 'no light' } });
    expect((await ask('start-next')).body).not.toHaveProperty('execution');
  });

  it.each([
    ['no JSON', Buffer.from('{'), 'InvalidJson'],
    ['a status that is none', { status: 'DONE' }, 'InvalidRequest'],
    ['a status that is not the device’s to set', { status: 'CANCELED' }, 'InvalidRequest'],
    ['no status', {}, 'InvalidRequest'],
    [
      'details that AWS IoT does not take',
      { status: 'IN_PROGRESS', statusDetails: { a: 'x'.repeat(1_025) } },
      'InvalidRequest',
    ],
    ['a version that is not there', { status: 'IN_PROGRESS', expectedVersion: 7 }, 'VersionMismatch'],
    ['another execution', { status: 'IN_PROGRESS', executionNumber: 2 }, 'ResourceNotFound'],
  ])('refuse an update with %s, and stay as they are', async (_, update, code) => {
    const job = await request();
    const answer = await ask(`${job.id}/update`, update);
    expect(answer).toMatchObject({ outcome: 'rejected', body: { code, message: expect.any(String) } });
    expect(await statusOf(job)).toBe('QUEUED');
  });

  it('say how far they are when an update knows another version', async () => {
    const job = await request();
    const answer = await ask(`${job.id}/update`, { status: 'IN_PROGRESS', expectedVersion: 7 });
    expect(answer.body).toMatchObject({ executionState: { status: 'QUEUED', versionNumber: 1 } });
  });

  it('that are over change no more, and are not there to be read', async () => {
    const job = await request();
    await ask(`${job.id}/update`, { status: 'REJECTED', statusDetails: { reason: 'no' } });
    expect(await ask(`${job.id}/update`, { status: 'IN_PROGRESS' })).toMatchObject({
      outcome: 'rejected',
      body: { code: 'InvalidStateTransition', executionState: { status: 'REJECTED', versionNumber: 2 } },
    });
    expect((await ask(`${job.id}/get`)).body).toMatchObject({ code: 'TerminalStateReached' });
    expect((await ask(`01ARZ3NDEKTSV4RRFFQ69G5FAV-logs/get`)).body).toMatchObject({ code: 'ResourceNotFound' });
    expect((await ask('what-is-this/update', { status: 'FAILED' })).body).toMatchObject({ code: 'ResourceNotFound' });
  });

  it('that are canceled are told of, and the device’s word on them comes too late', async () => {
    const job = await request();
    await ask('start-next');
    await expect(cancelJob(ports, org, camera, job.id, false)).rejects.toMatchObject({ code: 'job-running' });
    heard.length = 0;
    expect(await cancelJob(ports, org, camera, job.id, true)).toMatchObject({ status: 'CANCELED' });
    expect(await told('notify-next')).toMatchObject({ execution: {} });
    expect((await ask(`${job.id}/update`, { status: 'SUCCEEDED' })).body).toMatchObject({
      code: 'InvalidStateTransition',
    });
    await expect(cancelJob(ports, org, camera, job.id, true)).rejects.toMatchObject({ code: 'job-over' });
  });

  it('are each device’s own', async () => {
    const job = await request();
    const other = await test.connect(await test.device(`${camera}-other`), `${camera}-other`);
    const refused = other.publishAsync(jobTopic(camera, `${job.id}/update`), '{"status":"SUCCEEDED"}', { qos: 1 });
    await expect(refused).rejects.toMatchObject({ code: 0x87 });
    await expect(other.subscribeAsync(jobTopic(camera, 'notify'), { qos: 1 })).rejects.toThrow('Not authorized');
    expect(await statusOf(job)).toBe('QUEUED');
  });

  it('have no other topics', async () => {
    await client.publishAsync(jobTopic(camera, 'notify'), '{}', { qos: 1 });
    await client.publishAsync(jobTopic(camera, 'a/b/c'), '{}', { qos: 1 });
    await vi.waitFor(() => expect(test.logged.filter(({ event }) => event === 'request-unknown')).toHaveLength(2));
    expect(heard.some(({ path }) => /accepted|rejected/.test(path))).toBe(false);
  });
});

describe('a job that its device does not end', () => {
  it('is timed out, and the next one is next', async () => {
    const test = await startTestBroker();
    const { jobs, clock } = test;
    const timer = new ManualTimer();
    const camera = DeviceId.parse('camera-1');
    const said: { topic: string; message: object }[] = [];
    const queue = new SiteJobs({
      org,
      jobs,
      publish: (_, topic, message) => void said.push({ topic, message }),
      onChanged: () => {},
      clock,
      timer,
      log: silentLog,
    });
    await test.device(camera);
    await test.devices.change(org, camera, (device) => ({ ...device, state: 'active' }));
    const ports: JobPorts = {
      devices: test.devices,
      jobs,
      deviceJobs: queue,
      images: new MemoryImages(),
      newId,
      clock,
    };
    const [stuck, next] = [
      await requestJob(ports, org, camera, { kind: 'snapshot' }),
      await requestJob(ports, org, camera, { kind: 'snapshot' }),
    ];
    await queue.answer(camera, jobTopic(camera, 'start-next'), Buffer.from('{}'));
    queue.start();
    const look = async () => {
      timer.advance(30_000);
      await vi.waitFor(async () => expect((await jobs.get(org, camera, stuck.id))?.status).toBe('TIMED_OUT'));
    };
    clock.advance(4 * 60_000);
    timer.advance(30_000);
    await Promise.resolve();
    expect((await jobs.get(org, camera, stuck.id))?.status).toBe('IN_PROGRESS');
    said.length = 0;
    clock.advance(61_000);
    await look();
    await vi.waitFor(() => expect(said.at(-1)).toMatchObject({ message: { execution: { jobId: next.id } } }));
    expect(JobId.safeParse(next.id).success).toBe(true);
    queue.stop();
    await test.stop();
  });
});
