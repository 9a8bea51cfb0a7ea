import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentConfig } from '@rollcall/contract/agent-config';
import { Conflict } from '@rollcall/kit/app-error';
import { FolderLock } from '@rollcall/kit/folder-lock';
import type { Frame } from '../ports/frame.ts';
import { checkCamera } from './check-camera.ts';
import { checkCertificate } from './check-certificate.ts';
import { checkClock } from './check-clock.ts';
import { checkDisk } from './check-disk.ts';
import { checkNetwork } from './check-network.ts';
import type { Finding } from './finding.ts';

/** Checks what the agent of this configuration needs, one thing after the other. Gives each finding at once; returns the last frame. */
export async function* examine(config: Readonly<AgentConfig>): AsyncGenerator<Finding, Frame | undefined> {
  const agentRuns = isRunning(config.dataDir);
  yield agentRuns
    ? { check: 'agent', verdict: 'ok', says: 'it runs' }
    : { check: 'agent', verdict: 'warning', says: 'it does not run', todo: 'start it: systemctl start rollcall-agent' };
  yield await checkDisk(config);
  yield await checkClock(config.clock === 'trusted');
  const { finding, credentials } = await checkCertificate(config);
  yield finding;
  yield await checkNetwork({ mqtt: config.mqtt, credentials, agentRuns });
  if (agentRuns) {
    const says = 'the agent that runs has it; the dashboard shows what it sees';
    yield { check: 'camera', verdict: 'ok', says, todo: 'to try it here: systemctl stop rollcall-agent' };
    return undefined;
  }
  const camera = await checkCamera(config.camera);
  yield camera.finding;
  return camera.frame;
}

/** Touches nothing that is not there: what root makes here, the agent could not open later. */
function isRunning(dataDir: string): boolean {
  if (!existsSync(join(dataDir, 'lock'))) return false;
  try {
    new FolderLock(dataDir, 'an agent runs').release();
    return false;
  } catch (error) {
    if (error instanceof Conflict) return true;
    throw error;
  }
}
