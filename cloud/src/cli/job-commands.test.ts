import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { JobId } from '@rollcall/contract/device-job';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { silentLog } from '@rollcall/kit/log';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acceptReport } from '../domain/accept-report.ts';
import { allowDevice } from '../domain/allow-device.ts';
import { MemoryDeviceJobs } from '../domain/memory-device-jobs.test.support.ts';
import type { JobExecution, QueuedJob } from '../ports/device-jobs.ts';
import { commandLine } from './command-for-tests.ts';

const org = OrganizationId.parse('main');
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
const log = '{"event":"started"}\n{"event":"connected"}\n';

/** Devices that do at once what they are asked, as `does` says. */
class PromptDevices extends MemoryDeviceJobs {
  does: (job: QueuedJob) => Promise<Pick<JobExecution, 'status' | 'details'>> = () =>
    Promise.resolve({ status: 'SUCCEEDED', details: {} });

  override async queue(ofOrg: OrganizationId, job: QueuedJob): Promise<void> {
    await super.queue(ofOrg, job);
    const at = '2026-01-05T08:00:00.000Z';
    this.progress.set(job.id, { ...(await this.does(job)), startedAt: at, updatedAt: at, executionVersion: 3 });
  }
}

describe('commands that ask cameras', () => {
  let cwd: string;
  let line: Awaited<ReturnType<typeof commandLine>>;
  let queue: PromptDevices;
  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'rollcall-cli-'));
    queue = new PromptDevices();
    line = await commandLine(cwd, 'operator', { deviceJobs: queue });
    for (const id of ['camera-1', 'camera-2']) {
      await allowDevice(line.deps, org, { id: DeviceId.parse(id) });
      await line.deps.devices.change(org, DeviceId.parse(id), (device) => ({ ...device, state: 'active' }));
    }
  });
  afterEach(() => rm(cwd, { recursive: true }));

  const brings = async ({ id, deviceId, document }: QueuedJob) => {
    await sendReport(id, deviceId, document.kind === 'logs');
    return { status: 'SUCCEEDED', details: {} } as const;
  };
  const sendReport = (jobId: JobId, deviceId: DeviceId, isLog: boolean) => {
    const body = isLog ? gzipSync(log) : jpeg;
    const type = isLog ? { contentType: 'application/x-ndjson', encoding: 'gzip' } : { contentType: 'image/jpeg' };
    const report = {
      v: 1,
      reportId: line.deps.newId(),
      jobId,
      kind: isLog ? 'logs' : 'snapshot',
      at: '2026-01-05T08:00:00.000Z',
      ...type,
      body: body.toString('base64'),
    };
    const payload = Buffer.from(JSON.stringify(report));
    const ports = { ...line.deps, acks: { publishAck: () => Promise.resolve() }, log: silentLog };
    return acceptReport(ports, { org, deviceId, payload, receivedAt: 0 });
  };

  it('restart several, and say of each what came of it', async () => {
    queue.does = ({ deviceId }) =>
      Promise.resolve(
        deviceId === 'camera-1'
          ? { status: 'SUCCEEDED', details: { version: '0.1.0' } }
          : { status: 'REJECTED', details: { reason: 'this agent knows no job of the kind restart' } },
      );
    const ran = await line.run(['device', 'restart', 'camera-1', 'camera-2', 'camera-9']);
    expect(ran).toMatchObject({ code: 1, out: 'camera-1: started again, 0.1.0\n' });
    expect(ran.err).toContain('camera-2: the device refused: this agent knows no job of the kind restart');
    expect(ran.err).toContain('camera-9: there is no device camera-9 (not-found)');
  });

  it('print one log as it is, and write several into a folder', async () => {
    queue.does = brings;
    expect(await line.run(['device', 'logs', 'camera-1', '--lines', '20'])).toEqual({ code: 0, out: log, err: '' });
    expect(queue.queued[0]?.document).toEqual({ kind: 'logs', lines: 20 });
    const ran = await line.run(['device', 'logs', 'camera-1', 'camera-2', '--out', 'logs']);
    expect(ran.code).toBe(0);
    for (const id of ['camera-1', 'camera-2'])
      expect(await readFile(join(cwd, 'logs', `${id}.ndjson`), 'utf8')).toBe(log);
  });

  it('write what a camera sees to the file that was named, or one of its name', async () => {
    queue.does = brings;
    for (const [args, file] of [
      [['--out', 'now.jpg'], 'now.jpg'],
      [[], 'camera-1.jpg'],
    ] as const) {
      const ran = await line.run(['device', 'snapshot', 'camera-1', ...args]);
      expect(ran).toMatchObject({ code: 0, out: `camera-1: ${join(cwd, file)}\n` });
      expect(await readFile(join(cwd, file))).toEqual(jpeg);
    }
  });

  it('go through a CSV file, a row each', async () => {
    await writeFile(join(cwd, 'cameras.csv'), 'serial\ncamera-1\ncamera-2\ncamera-9\n');
    const ran = await line.run(['device', 'restart', '--csv', 'cameras.csv', '--no-wait']);
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/2 +camera-1 +done +asked, job \w+-restart/);
    expect(ran.out).toContain('2 done, 0 were so already, 1 failed');
  });

  it('do not wait for a device that is offline, unless they are told how long', async () => {
    queue.does = () => Promise.resolve({ status: 'QUEUED', details: {} });
    for (const command of ['restart', 'check']) {
      const ran = await line.run(['device', command, 'camera-1']);
      expect(ran).toMatchObject({ code: 1, out: '' });
      expect(ran.err).toMatch(/^camera-1: offline, last seen never: it does it when it is back; job \w+-\w+ /);
    }
  });

  it('say what cameras were asked, and take back what waits, but not what they are at unless forced', async () => {
    expect((await line.run(['device', 'jobs', 'camera-1'])).out).toBe('It was asked nothing in 90 days.\n');
    queue.does = ({ document }) =>
      Promise.resolve({ status: document.kind === 'restart' ? 'IN_PROGRESS' : 'QUEUED', details: {} });
    for (const kind of ['restart', 'snapshot', 'logs']) await line.run(['device', kind, 'camera-1', '--no-wait']);
    expect((await line.run(['device', 'jobs', 'camera-1'])).out).toMatch(
      /logs +QUEUED .*\n.*snapshot +QUEUED .*\n.*restart +IN_PROGRESS /,
    );
    const cancel = (...more: string[]) => line.run(['device', 'cancel', 'camera-1', ...more]);
    expect((await cancel()).out).toBe('camera-1: canceled logs, snapshot; it is at restart, which --force cancels\n');
    expect((await cancel()).out).toMatch(/already: nothing waits; it is at restart/);
    expect((await cancel('--force')).out).toBe('camera-1: canceled restart\n');
    expect((await cancel('--force')).out).toBe('camera-1: already: nothing waits\n');
    expect(await line.run(['device', 'cancel', 'camera-9'])).toMatchObject({ code: 1 });
    expect(await line.run(['device', 'jobs', 'camera 9'])).toMatchObject({ code: 1 });
  });

  it('do not wait for ever for a device that is away, and say what becomes of the job', async () => {
    queue.does = () => Promise.resolve({ status: 'QUEUED', details: {} });
    const ran = await line.run(['device', 'snapshot', 'camera-1', '--timeout', '1']);
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/^camera-1: not begun within 1 s: .*; job \w+-snapshot \(job-late\)/);
  });

  it('have a camera run another release, from a server that is not the one that is asked', async () => {
    const from = 'https://files.example.org/1.2.3/linux-arm64';
    const { code, out } = await line.run(['device', 'update', 'camera-1', '--to', '1.2.3', '--from', from]);
    expect({ code, out }).toEqual({ code: 0, out: 'camera-1: runs 1.2.3\n' });
    expect(queue.queued[0]?.document).toEqual({ kind: 'update', version: '1.2.3', url: from, downgrade: false });
    const wrong = await line.run(['device', 'update', 'camera-1', '--to', 'newest', '--from', 'ftp://x']);
    expect(wrong.code).toBe(1);
    expect(wrong.err).toMatch(/expected a version such as 1\.2\.3/);
    expect(queue.queued).toHaveLength(1);
  });

  it('refuse what they cannot do, before any device is asked', async () => {
    for (const args of [
      ['restart'],
      ['restart', 'camera-1', '--csv', 'x.csv'],
      ['logs', 'camera-1', '--lines', '0'],
      ['restart', 'camera-1', '--timeout', 'soon'],
      ['restart', 'not a serial'],
    ]) {
      expect((await line.run(['device', ...args])).code).toBe(1);
    }
    expect(queue.queued).toEqual([]);
  });
});
