import { systemTimer } from '@rollcall/kit/timer';
import { ClockSynced } from '../adapters/clock-synced.ts';
import type { Finding } from './finding.ts';

/** Whether captures will be believed in when they were taken. */
export async function checkClock(trusted: boolean): Promise<Finding> {
  const check = 'clock';
  if (trusted) return { check, verdict: 'ok', says: `${now()}, trusted as configured` };
  const synced = new ClockSynced(systemTimer);
  await synced.start();
  synced.stop();
  if (synced.now) return { check, verdict: 'ok', says: `${now()}, kept by a time server` };
  return {
    check,
    verdict: 'warning',
    says: `${now()}, and no time server keeps it: captures say so, and the cloud goes by its own clock where they differ`,
    todo: 'let the device reach a time server (timedatectl), or set "clock": "trusted" if a clock module keeps the time',
  };
}

function now(): string {
  return new Date().toISOString();
}
