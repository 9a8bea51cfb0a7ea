import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AgentConfig } from '@rollcall/contract/agent-config';
import type { z } from 'zod';
import { exitCode, logLines, type Site } from './start-site.ts';

const entry = fileURLToPath(new URL('../../../agent/src/main.ts', import.meta.url));

export interface LoneAgentOptions {
  readonly serial: string;
  readonly camera: string;
  /** Where it finds the broker. @default the site's */
  readonly mqttPort?: number;
  /** @default info */
  readonly logLevel?: 'debug' | 'info';
}

/** An agent that nobody but ops started, as on a Pi, in a folder of its own. */
export class LoneAgent {
  readonly process: ChildProcess;
  readonly #folder: string;
  readonly #output: string[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
    this.process = spawn(process.execPath, [entry, '--config', join(folder, 'agent.json')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process.stdout?.on('data', (chunk: Buffer) => this.#output.push(chunk.toString()));
    this.process.stderr?.on('data', (chunk: Buffer) => this.#output.push(chunk.toString()));
  }

  /** @param folder for its certificate and outbox; made if it is missing. */
  static async start(site: Site, folder: string, { serial, camera, ...changes }: LoneAgentOptions): Promise<LoneAgent> {
    const ca = (file: string) => join(site.dataDir, 'ca', file);
    const config: z.input<typeof AgentConfig> = {
      org: 'main',
      camera,
      mqtt: { host: '127.0.0.1', port: changes.mqttPort ?? site.mqttPort, caFile: ca('ca.pem') },
      provisioning: { serial, claimCertFile: ca('claim.pem'), claimKeyFile: ca('claim.key'), keepClaim: true },
      heartbeatMs: 1_000,
      logLevel: changes.logLevel ?? 'info',
    };
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'agent.json'), JSON.stringify(config));
    return new LoneAgent(folder);
  }

  /** Starts it in a folder in which it was before. */
  static startAgain(folder: string): LoneAgent {
    return new LoneAgent(folder);
  }

  get output(): string {
    return this.#output.join('');
  }

  /** The fields of each log line with this event so far. */
  logged(event: string): Record<string, unknown>[] {
    return logLines(this.output, event);
  }

  /** Files of what it has not delivered yet. */
  async outbox(): Promise<string[]> {
    return readdir(join(this.#folder, 'outbox'));
  }

  /** SIGTERM. @returns its exit code. */
  async stop(): Promise<number | null> {
    this.process.kill('SIGTERM');
    return exitCode(this.process);
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await exitCode(this.process);
  }
}
