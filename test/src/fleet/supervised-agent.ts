import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { exitCode, logLines } from '../site/start-site.ts';

export interface SupervisedAgentOptions {
  /** As the package installs it: `bin/node` and `app`. */
  readonly home: string;
  /** With `agent.json`. */
  readonly dataDir: string;
  readonly releaseKeyFile: string;
}

/** A packaged agent behind its launcher, started again whenever it ends, as systemd does. */
export class SupervisedAgent {
  readonly #options: SupervisedAgentOptions;
  readonly #output: string[] = [];
  #process: ChildProcess;
  #stopping = false;
  /** How often it was started. */
  starts = 0;

  constructor(options: SupervisedAgentOptions) {
    this.#options = options;
    this.#process = this.#start();
  }

  get output(): string {
    return this.#output.join('');
  }

  logged(event: string): Record<string, unknown>[] {
    return logLines(this.output, event);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#process.kill('SIGTERM');
    await exitCode(this.#process);
  }

  #start(): ChildProcess {
    const { home, dataDir, releaseKeyFile } = this.#options;
    const launcher = join(home, 'app', 'agent', 'bin', 'rollcall-launch.mjs');
    const env = {
      PATH: process.env.PATH,
      ROLLCALL_AGENT_DATA_DIR: dataDir,
      ROLLCALL_AGENT_RELEASE_KEY_FILE: releaseKeyFile,
    };
    const child = spawn(join(home, 'bin', 'node'), [launcher, '--config', join(dataDir, 'agent.json')], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.starts++;
    child.stdout?.on('data', (chunk: Buffer) => this.#output.push(chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => this.#output.push(chunk.toString()));
    child.once('exit', () => {
      if (!this.#stopping) this.#process = this.#start();
    });
    return child;
  }
}
