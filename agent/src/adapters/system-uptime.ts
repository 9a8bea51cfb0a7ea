import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Uptime } from '../ports/uptime.ts';

/** The kernel's: CLOCK_MONOTONIC, which setting the clock does not move, and its id of this run. Source: proc(5), clock_gettime(2). */
export const systemUptime: Uptime = {
  bootId: bootId(),
  now: () => Number(process.hrtime.bigint() / 1_000_000n),
};

/** Without the kernel's, no number outlives the process. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return randomUUID();
  }
}
