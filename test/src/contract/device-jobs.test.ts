import { IoTClient } from '@aws-sdk/client-iot';
import { awsClientSettings } from '@rollcall/cloud/adapters/aws/aws-client-settings';
import { IotDeviceJobs } from '@rollcall/cloud/adapters/aws/iot-device-jobs';
import { MemoryTable } from '@rollcall/cloud/adapters/local/memory-table';
import { SiteJobs } from '@rollcall/cloud/adapters/local/site-jobs';
import { DeviceStore } from '@rollcall/cloud/store/device-store';
import { JobStore } from '@rollcall/cloud/store/job-store';
import { type DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { jobTopic } from '@rollcall/contract/topics';
import { systemClock as clock } from '@rollcall/kit/clock';
import { silentLog as log } from '@rollcall/kit/log';
import { ManualTimer } from '@rollcall/kit/timer';
import { z } from 'zod';
import { IotEmulator } from '../aws/iot-emulator.ts';
import { testAccount } from '../aws/test-credentials.ts';
import { deviceJobsContract } from './device-jobs.contract.ts';

const org = OrganizationId.parse('main');
const Started = z.object({ execution: z.object({ jobId: z.string() }).optional() });

function stores() {
  const table = new MemoryTable();
  return { devices: new DeviceStore(table), jobs: new JobStore(table) };
}

deviceJobsContract('the site’s broker', () => {
  const records = stores();
  const deviceJobs = new SiteJobs({
    org,
    jobs: records.jobs,
    publish: () => {},
    onChanged: () => {},
    clock,
    timer: new ManualTimer(),
    log,
  });
  const ask = async (device: DeviceId, path: string, body: object) => {
    const answer = await deviceJobs.answer(device, jobTopic(device, path), Buffer.from(JSON.stringify(body)));
    if (!answer?.topic.endsWith('/accepted')) throw new Error(JSON.stringify(answer));
    return answer.message;
  };
  return Promise.resolve({
    ...records,
    deviceJobs,
    startNext: async (device) => Started.parse(await ask(device, 'start-next', {})).execution?.jobId,
    finish: async (device, job, statusDetails) => {
      await ask(device, `${job}/update`, { status: 'SUCCEEDED', statusDetails });
    },
    stop: () => Promise.resolve(deviceJobs.stop()),
  });
});

deviceJobsContract('AWS IoT', async () => {
  const iot = new IotEmulator();
  const settings = { ...testAccount, ...awsClientSettings({ requestTimeoutMs: 2_000, maxAttempts: 1 }) };
  const client = new IoTClient({ ...settings, endpoint: await iot.start() });
  const records = stores();
  for (let nth = 1; nth < 20; nth++) iot.jobs.things.add(`camera-${nth}`);
  return {
    ...records,
    deviceJobs: new IotDeviceJobs(client),
    startNext: (device) => Promise.resolve(iot.jobs.startNext(device)),
    finish: (_, job, details) => Promise.resolve(iot.jobs.update(job, 'SUCCEEDED', details)),
    stop: async () => {
      client.destroy();
      await iot.stop();
    },
  };
});
