import type { DeviceJob } from '@rollcall/contract/device-job';

const kind: Readonly<Record<DeviceJob['kind'], string>> = {
  restart: 'Restart',
  logs: 'Log',
  snapshot: 'Picture',
  check: 'Check',
  rotate: 'New certificate',
  wipe: 'Wipe',
  update: 'Update',
};

const status: Readonly<Record<DeviceJob['status'], string>> = {
  QUEUED: 'waits for the camera',
  IN_PROGRESS: 'the camera is at it',
  SUCCEEDED: 'done',
  FAILED: 'did not work',
  REJECTED: 'refused by the camera',
  TIMED_OUT: 'not finished in time',
  CANCELED: 'canceled',
  REMOVED: 'the camera was taken out of service',
};

/** English texts of what a camera was asked, which load when somebody wants to know. */
export const historyText = {
  title: (name: string) => `What ${name} was asked`,
  none: 'Nothing in the last 90 days.',
  kind,
  status,
  asked: (when: string) => `Asked ${when}`,
  showOf: (what: string, when: string) => `Show: ${what}, asked ${when}`,
  cancelOf: (what: string, when: string) => `Cancel: ${what}, asked ${when}`,
};
