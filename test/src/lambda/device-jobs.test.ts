import { gzipSync } from 'node:zlib';
import { goodReport } from '@rollcall/cloud/domain/check-report.test.support';
import type { DeviceJob } from '@rollcall/contract/device-job';
import { DeviceId } from '@rollcall/contract/ids';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IotEmulator } from '../aws/iot-emulator.ts';
import { type CloudOrganization, makeOrganization, ruleEvent } from './cloud-organization.ts';
import { type Cloud, startCloud } from './start-cloud.ts';

const camera = DeviceId.parse('SN-1');

describe('what a camera is asked on AWS, through the bundles', () => {
  const control = new IotEmulator();
  let cloud: Cloud;
  let school: CloudOrganization;
  beforeAll(async () => {
    cloud = await startCloud({ AWS_ENDPOINT_URL_IOT: await control.start() });
    school = await makeOrganization(cloud, 'school');
    await school.addCamera(camera);
    control.jobs.things.add(camera);
  });
  afterAll(async () => {
    await cloud.stop();
    await control.stop();
  });

  const path = '/v1/devices/SN-1/jobs';
  const ask = async (document: object) => {
    const { status, body } = await school.api<DeviceJob>('POST', path, document);
    expect(status).toBe(201);
    control.jobs.handOut(body.id);
    return body;
  };
  const report = (jobId: string, more: object) => {
    const message = { v: 1, reportId: ulid(), jobId, at: new Date().toISOString(), ...more };
    return cloud.invoke('report', ruleEvent('report', school.org, camera, Buffer.from(JSON.stringify(message))));
  };
  const acked = () => {
    const last = cloud.iot.published.findLast(({ topic }) => topic === 'rollcall/school/SN-1/ack');
    return JSON.parse(last?.payload.toString() ?? 'null');
  };

  it('goes to the queue of AWS IoT Jobs, and what it brings comes back by the rule', async () => {
    const { id } = await ask({ kind: 'logs', lines: 2 });
    expect(JSON.parse(control.jobs.jobs.get(id)?.request.document ?? '')).toEqual({ kind: 'logs', lines: 2 });
    control.jobs.update(id, 'IN_PROGRESS');
    expect((await school.api<DeviceJob>('GET', `${path}/${id}`)).body.status).toBe('IN_PROGRESS');
    const body = gzipSync('{"event":"started"}\n').toString('base64');
    await report(id, { kind: 'logs', contentType: 'application/x-ndjson', encoding: 'gzip', body });
    expect(acked()).toMatchObject({ status: 'stored' });
    control.jobs.update(id, 'SUCCEEDED', { lines: '1' });
    const job = (await school.api<DeviceJob>('GET', `${path}/${id}`)).body;
    expect(job).toMatchObject({ status: 'SUCCEEDED', details: { lines: '1' }, report: { bytes: expect.any(Number) } });
  });

  it('is shown as a picture when it is one', async () => {
    const { id } = await ask({ kind: 'snapshot' });
    const body = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]).toString('base64');
    await report(id, { kind: 'snapshot', contentType: 'image/jpeg', body });
    const answer = await school.api('GET', `${path}/${id}/report`);
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'image/jpeg' } });
  });

  it('brings what was measured of faces, whole', async () => {
    const { id } = await ask({ kind: 'check', seconds: 5 });
    expect(JSON.parse(control.jobs.jobs.get(id)?.request.document ?? '')).toEqual({ kind: 'check', seconds: 5 });
    const body = Buffer.from(JSON.stringify(goodReport)).toString('base64');
    await report(id, { kind: 'check', contentType: 'application/json', body });
    expect(acked()).toMatchObject({ status: 'stored' });
    expect(await school.api('GET', `${path}/${id}/report`)).toMatchObject({ status: 200, body: goodReport });
    const other = { ...goodReport, still: { ...goodReport.still, image: 'PHN2Zz4=' } };
    const svg = Buffer.from(JSON.stringify(other)).toString('base64');
    await report(id, { kind: 'check', contentType: 'application/json', body: svg });
    expect(acked()).toMatchObject({ status: 'refused', reason: expect.stringContaining('still') });
  });

  it('is canceled there as well', async () => {
    const { id } = await ask({ kind: 'restart' });
    expect((await school.api<DeviceJob>('POST', `${path}/${id}/cancel`, {})).body.status).toBe('CANCELED');
    expect(control.jobs.jobs.get(id)?.execution?.status).toBe('CANCELED');
  });

  it('is refused an answer that is none', async () => {
    const { id } = await ask({ kind: 'snapshot' });
    const body = Buffer.from('<html>').toString('base64');
    await report(id, { kind: 'snapshot', contentType: 'image/jpeg', body });
    expect(acked()).toMatchObject({ status: 'refused' });
  });
});
