import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckReport } from '@rollcall/contract/check-report';
import type { CommissioningFace } from '@rollcall/contract/commissioning';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { silentLog } from '@rollcall/kit/log';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acceptReport } from '../domain/accept-report.ts';
import { allowDevice } from '../domain/allow-device.ts';
import { goodFace, goodReport } from '../domain/check-report.test.support.ts';
import { MemoryDeviceJobs } from '../domain/memory-device-jobs.test.support.ts';
import type { QueuedJob } from '../ports/device-jobs.ts';
import { commandLine } from './command-for-tests.ts';

const org = OrganizationId.parse('main');
const words = '28 × 35 pixels: needs 40, better 50';
const small: CommissioningFace = { ...goodFace, usable: false, problems: [{ problem: 'too-small', words }] };
const farAway: CheckReport = {
  ...goodReport,
  fit: false,
  framesWithUsableFace: 0,
  faces: [{ ...small, box: { ...goodFace.box, width: 28, height: 35 } }],
  advice: ['Faces are small: bring the camera nearer.'],
};

describe('the command that checks cameras', () => {
  let cwd: string;
  let line: Awaited<ReturnType<typeof commandLine>>;
  let queue: MeasuringDevices;
  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'rollcall-cli-'));
    queue = new MeasuringDevices();
    line = await commandLine(cwd, 'operator', { deviceJobs: queue });
    queue.send = (job) => sendReport(job, job.deviceId === 'camera-2' ? farAway : goodReport);
    for (const id of ['camera-1', 'camera-2']) {
      await allowDevice(line.deps, org, { id: DeviceId.parse(id) });
      await line.deps.devices.change(org, DeviceId.parse(id), (device) => ({ ...device, state: 'active' }));
    }
  });
  afterEach(() => rm(cwd, { recursive: true }));

  const sendReport = ({ id, deviceId }: QueuedJob, report: CheckReport) => {
    const body = Buffer.from(JSON.stringify(report)).toString('base64');
    const head = { v: 1, reportId: line.deps.newId(), jobId: id, kind: 'check', at: report.at };
    const payload = Buffer.from(JSON.stringify({ ...head, contentType: 'application/json', body }));
    const ports = { ...line.deps, acks: { publishAck: () => Promise.resolve() }, log: silentLog };
    return acceptReport(ports, { org, deviceId, payload, receivedAt: 0 });
  };

  it('shows each face beside what is needed, and says that the door is fit', async () => {
    const ran = await line.run(['device', 'check', 'camera-1', '--seconds', '5']);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toMatch(/1 +88 × 110 +40 +4° +-6° +1° +70 +45 % +OK\n/);
    expect(ran.out).toMatch(/need +40 +±60° +±50° +any +8 +8 %/);
    expect(ran.out).toContain('camera-1: fit: 6 of 8 frames with a face could be used, of 25 in all\n');
    expect(queue.queued[0]?.document).toEqual({ kind: 'check', seconds: 5 });
  });

  it('says why a face could not be used, what to do, and that the door is not fit', async () => {
    const ran = await line.run(['device', 'check', 'camera-2']);
    expect(ran.code).toBe(1);
    expect(ran.out).toContain(`no: ${words}`);
    expect(ran.out).toContain('* Faces are small: bring the camera nearer.');
    expect(ran.err).toBe('camera-2: not fit: Faces are small: bring the camera nearer.\n');
  });

  it('goes through a CSV file, a row each, and keeps the best frames', async () => {
    await writeFile(join(cwd, 'doors.csv'), 'serial\ncamera-1\ncamera-2\ncamera-9\n');
    const ran = await line.run(['device', 'check', '--csv', 'doors.csv', '--out', 'stills']);
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/2 +camera-1 +done +fit: 6 of 8/);
    expect(ran.out).toMatch(/3 +camera-2 +failed +not fit: Faces are small/);
    expect(ran.out).toMatch(/4 +camera-9 +failed +there is no device camera-9/);
    expect(ran.out).not.toContain('PIXELS');
    for (const id of ['camera-1', 'camera-2']) {
      expect((await readFile(join(cwd, 'stills', `${id}.jpg`))).toString('base64')).toBe(goodReport.still.image);
    }
  });

  it('answers all that was measured as JSON, without the picture', async () => {
    const ran = await line.run(['device', 'check', 'camera-2', '--json']);
    const { still: _, ...check } = farAway;
    expect(JSON.parse(ran.out)).toMatchObject({ serial: 'camera-2', outcome: 'failed', check });
    expect(ran.out).not.toContain('/9j/');
    const both = await line.run(['device', 'check', 'camera-1', 'camera-2', '--json']);
    expect(JSON.parse(both.out)).toMatchObject([{ outcome: 'done' }, { outcome: 'failed' }]);
  });

  it('refuses what it cannot do, before any device is asked', async () => {
    for (const args of [
      [],
      ['camera-1', '--seconds', '2'],
      ['camera-1', '--seconds', 'long'],
      ['camera-1', '--csv', 'x'],
    ]) {
      expect((await line.run(['device', 'check', ...args])).code).toBe(1);
    }
    expect(queue.queued).toEqual([]);
  });
});

/** Devices that measure at once. */
class MeasuringDevices extends MemoryDeviceJobs {
  send: (job: QueuedJob) => Promise<void> = () => Promise.resolve();

  override async queue(ofOrg: OrganizationId, job: QueuedJob): Promise<void> {
    await super.queue(ofOrg, job);
    await this.send(job);
    const at = goodReport.at;
    this.progress.set(job.id, { status: 'SUCCEEDED', details: {}, startedAt: at, updatedAt: at, executionVersion: 3 });
  }
}
