import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What `pid` started, and what those started: agents, then their ffmpeg. */
export async function startedBy(pid: number | undefined): Promise<number[]> {
  const all = await processes();
  const found = pid === undefined ? [] : [pid];
  for (const parent of found) {
    for (const one of all) if (one.parent === parent) found.push(one.pid);
  }
  return found.slice(1);
}

/** Those of `pids` that still run. */
export async function running(pids: readonly number[]): Promise<number[]> {
  const all = await processes();
  return pids.filter((pid) => all.some((one) => one.pid === pid));
}

async function processes(): Promise<{ pid: number; parent: number }[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,stat=']);
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  // A zombie has ended; only nobody has asked yet how.
  const live = rows.filter(([, , state]) => state !== undefined && !state.startsWith('Z'));
  return live.map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));
}
