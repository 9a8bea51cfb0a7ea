import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IotJobs } from '@rollcall/agent/adapters/iot-jobs';
import { IotPublisher } from '@rollcall/agent/adapters/iot-publisher';
import { JobFile } from '@rollcall/agent/adapters/job-file';
import { JobRunner } from '@rollcall/agent/domain/do-jobs';
import type { JobHandlers } from '@rollcall/agent/domain/job-handler';
import { startTestBroker, type TestBroker } from '@rollcall/cloud/adapters/local/site-broker-for-tests';
import { MemoryImages } from '@rollcall/cloud/domain/memory-images.test.support';
import { cancelJob, type JobPorts, readJob, requestJob } from '@rollcall/cloud/domain/request-job';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { silentLog } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import { monotonicFactory } from 'ulid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const org = OrganizationId.parse('main');
const device = DeviceId.parse('camera-1');

describe('jobs through the AWS IoT Device SDK, as the agent does them, against the site broker', () => {
  let test: TestBroker;
  let ports: JobPorts;
  let dataDir: string;
  let publisher: IotPublisher;
  let queue: IotJobs;
  let runner: JobRunner;
  let restarts = 0;

  beforeAll(async () => {
    test = await startTestBroker();
    dataDir = await mkdtemp(join(tmpdir(), 'rollcall-agent-'));
    const { cert, key } = await test.device(device);
    await test.devices.change(org, device, (stored) => ({ ...stored, state: 'active' }));
    const { devices, jobs, clock } = test;
    ports = {
      devices,
      jobs,
      deviceJobs: test.broker.jobs,
      images: new MemoryImages(),
      newId: monotonicFactory(),
      clock,
    };
    start({ certificatePem: cert, privateKeyPem: key });
  });
  afterAll(async () => {
    await stop();
    await test.stop();
    await rm(dataDir, { recursive: true });
  });

  let held: Promise<void> | undefined;
  const handlers: JobHandlers = {
    snapshot: {
      timeoutMs: 60_000,
      needsQuiet: false,
      run: async ({ signal }) => {
        await held;
        return signal.aborted ? { status: 'FAILED', reason: 'aborted' } : { status: 'SUCCEEDED', details: { a: 'b' } };
      },
    },
    restart: {
      timeoutMs: 60_000,
      needsQuiet: true,
      run: () => Promise.resolve({ status: 'restarting' }),
      resume: () => Promise.resolve({ status: 'SUCCEEDED' }),
    },
  };

  let identity: { certificatePem: string; privateKeyPem: string };
  const start = (given = identity) => {
    identity = given;
    const mqtt = { host: '127.0.0.1', port: test.port, caPem: test.ca.certificatePem, ...identity };
    publisher = new IotPublisher({ mqtt, prefix: 'rollcall', org, device, timer: systemTimer, log: silentLog });
    queue = new IotJobs({ client: publisher.client, device, log: silentLog });
    runner = new JobRunner({
      queue,
      memory: new JobFile(dataDir, silentLog),
      handlers,
      link: publisher,
      quiet: () => Promise.resolve(),
      restart: () => void restarts++,
      timer: systemTimer,
      log: silentLog,
    });
    queue.start();
    runner.start();
    publisher.start();
  };
  const stop = async () => {
    await runner.stop();
    queue.stop();
    await publisher.stop();
  };
  const ended = (id: Parameters<typeof readJob>[3]) =>
    vi.waitFor(async () => {
      const job = await readJob(ports, org, device, id);
      if (job.status === 'QUEUED' || job.status === 'IN_PROGRESS') throw new Error(`still ${job.status}`);
      return job;
    });

  it('are done at once while the device is online, one after the other', async () => {
    await vi.waitFor(() => expect(publisher.online).toBe(true));
    const jobs = [
      await requestJob(ports, org, device, { kind: 'snapshot' }),
      await requestJob(ports, org, device, { kind: 'snapshot' }),
    ];
    for (const { id } of jobs) expect(await ended(id)).toMatchObject({ status: 'SUCCEEDED', details: { a: 'b' } });
  });

  it('are cut off when they are canceled in the middle', async () => {
    held = new Promise(() => {});
    const { id } = await requestJob(ports, org, device, { kind: 'snapshot' });
    await vi.waitFor(async () => expect((await readJob(ports, org, device, id)).status).toBe('IN_PROGRESS'));
    await cancelJob(ports, org, device, id, true);
    held = undefined;
    const next = await requestJob(ports, org, device, { kind: 'snapshot' });
    expect(await ended(next.id)).toMatchObject({ status: 'SUCCEEDED' });
    expect((await readJob(ports, org, device, id)).status).toBe('CANCELED');
  });

  it('that no agent knows are rejected, with the reason', async () => {
    const { id } = await requestJob(ports, org, device, { kind: 'logs', lines: 5 });
    expect(await ended(id)).toMatchObject({
      status: 'REJECTED',
      details: { reason: 'this agent knows no job of the kind logs' },
    });
  });

  it('go on in the next process after a restart, which finds what waited', async () => {
    const restart = await requestJob(ports, org, device, { kind: 'restart' });
    await vi.waitFor(() => expect(restarts).toBe(1));
    await stop();
    const waiting = await requestJob(ports, org, device, { kind: 'snapshot' });
    start();
    expect(await ended(restart.id)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await ended(waiting.id)).toMatchObject({ status: 'SUCCEEDED' });
    expect(restarts).toBe(1);
  });
});
