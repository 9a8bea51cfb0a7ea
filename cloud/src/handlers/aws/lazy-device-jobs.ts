import type { DeviceJobs } from '../../ports/device-jobs.ts';

/** The queues of jobs. They are asked for rarely, by a large client: it is loaded with the first. */
export function lazyDeviceJobs(): DeviceJobs {
  let opened: ReturnType<typeof open> | undefined;
  const queues = () => (opened ??= open());
  return {
    queue: async (org, job) => (await queues()).queue(org, job),
    progressOf: async (org, job) => (await queues()).progressOf(org, job),
    cancel: async (org, job, force) => (await queues()).cancel(org, job, force),
  };
}

const open = async () => (await import('./open-device-jobs.ts')).openDeviceJobs();
