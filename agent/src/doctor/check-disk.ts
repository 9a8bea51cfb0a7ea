import { existsSync } from 'node:fs';
import { readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentConfig } from '@rollcall/contract/agent-config';
import type { Finding } from './finding.ts';

/** Under it, not even an update fits. */
const leastBytes = 300_000_000;

/** Whether there is room for what has to wait, and what waits already. */
export async function checkDisk({ dataDir, outbox }: Readonly<AgentConfig>): Promise<Finding> {
  const check = 'disk';
  if (!existsSync(dataDir)) {
    return { check, verdict: 'ok', says: `${dataDir} is not there yet: the agent makes it at its first start` };
  }
  const { bavail, bsize } = await statfs(dataDir);
  const free = bavail * bsize;
  const [waiting, parked] = await Promise.all(['outbox', 'parked'].map((folder) => countFiles(join(dataDir, folder))));
  const says = `${megabytes(free)} MB free for ${dataDir}; ${waiting} wait to be sent, ${parked} are set aside`;
  if (free < leastBytes) {
    const todo = `make room: what cannot be sent needs up to ${megabytes(outbox.maxBytes)} MB, an update 300 MB`;
    return { check, verdict: free < leastBytes / 10 ? 'problem' : 'warning', says, todo };
  }
  if (parked) return { check, verdict: 'warning', says, todo: 'look into the log for “parked”: it says why' };
  return { check, verdict: 'ok', says };
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

async function countFiles(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !name.startsWith('.')).length;
}
