import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AgentConfig } from '@rollcall/contract/agent-config';
import type { z } from 'zod';
import type { TestBroker } from './test-broker.ts';

const program = fileURLToPath(new URL('../bin/rollcall-agent.mjs', import.meta.url));
const launcher = fileURLToPath(new URL('../bin/rollcall-launch.mjs', import.meta.url));

export interface AgentProcessOptions {
  /** Ends with whoever started it. */
  readonly ipc?: boolean;
  /** Through its launcher, as systemd starts it. */
  readonly launched?: boolean;
  /** A command that becomes the agent: `taskset -c 1`. */
  readonly under?: readonly string[];
}

/** The agent as its own process, as on a door. */
export class AgentProcess {
  readonly child: ChildProcess;
  /** Its log lines, and what it says on standard error. */
  readonly lines: string[] = [];
  stderr = '';

  constructor(args: readonly string[], options: AgentProcessOptions = {}) {
    const stdio = ['ignore' as const, 'pipe' as const, 'pipe' as const, ...(options.ipc ? ['ipc' as const] : [])];
    const start = options.launched ? launcher : program;
    const [command = process.execPath, ...rest] = [...(options.under ?? []), process.execPath, start, ...args];
    this.child = spawn(command, rest, { stdio });
    this.child.stdout?.on('data', (chunk: Buffer) => this.lines.push(...chunk.toString().split('\n').filter(Boolean)));
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
  }

  logged(event: string): boolean {
    return this.lines.some((line) => line.includes(`"event":"${event}"`));
  }

  /** Resolves with the exit code, or the signal that ended it. */
  async ended(): Promise<number | string> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.exitCode ?? String(this.child.signalCode);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended();
  }
}

/** Writes `agent.json` in `folder` for a device that comes with the broker's claim. @returns its path. */
export async function writeAgentConfig(
  folder: string,
  broker: TestBroker,
  changes: Partial<z.input<typeof AgentConfig>> = {},
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const claim = await broker.ca.client('claim');
  await writeFile(join(folder, 'ca.pem'), broker.ca.pem);
  await writeFile(join(folder, 'claim.pem'), claim.certificatePem);
  await writeFile(join(folder, 'claim.key'), claim.privateKeyPem);
  const config: z.input<typeof AgentConfig> = {
    org: 'main',
    camera: 'folder:pictures?fps=10',
    dataDir: 'data',
    mqtt: { host: '127.0.0.1', port: broker.port, caFile: 'ca.pem' },
    provisioning: { serial: 'camera-1', claimCertFile: 'claim.pem', claimKeyFile: 'claim.key' },
    heartbeatMs: 1_000,
    // A drawn face is none, and most tests want captures.
    faceGate: 'off',
    ...changes,
  };
  const file = join(folder, 'agent.json');
  await writeFile(file, JSON.stringify(config));
  return file;
}
