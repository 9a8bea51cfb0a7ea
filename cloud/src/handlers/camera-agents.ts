import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { AgentConfig } from '@rollcall/contract/agent-config';
import { misconfiguredExitCode, restartExitCode } from '@rollcall/kit/app-error';
import { backoff } from '@rollcall/kit/backoff';
import type { Log } from '@rollcall/kit/log';
import { writeDurably } from '@rollcall/kit/write-durably';
import type { z } from 'zod';

/** The agent's command, started as its own process, as on a Pi. */
const agentCommand = fileURLToPath(new URL('../../../agent/bin/rollcall-agent.mjs', import.meta.url));

/** How long an agent may take to put away what it has when it is told to stop. */
const stopMs = 8_000;
const retry = { firstMs: 1_000, maxMs: 30_000 };
/** One that ran for so long is started again soon. */
const steadyMs = 60_000;

export interface CameraAgent {
  /** The agent's own folder: configuration, certificate, outbox. */
  readonly folder: string;
  readonly config: z.input<typeof AgentConfig>;
}

/**
 * The agents of `--camera`: real agent processes on this machine, each with its own folder, restarted when they die, or ask for it
 * (exit 75).
 * An agent that calls its configuration wrong (exit 78) stays down: it would say the same again.
 */
export class CameraAgents {
  readonly #log: Log;
  readonly #output: Writable;
  readonly #stopped = new AbortController();
  readonly #runs: Promise<void>[] = [];
  readonly #children = new Set<ChildProcess>();

  /** @param output where the agents' log lines go. */
  constructor(log: Log, output: Writable) {
    this.#log = log;
    this.#output = output;
  }

  async start(agents: readonly CameraAgent[]): Promise<void> {
    for (const agent of agents) {
      const file = join(agent.folder, 'agent.json');
      await writeDurably(file, `${JSON.stringify(agent.config, null, 2)}\n`);
      this.#runs.push(this.#keepRunning(file));
    }
  }

  /** Resolves when every agent is gone; may be called twice. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    for (const child of this.#children) child.kill('SIGTERM');
    await Promise.all(this.#runs);
  }

  async #keepRunning(configFile: string): Promise<void> {
    const { signal } = this.#stopped;
    let waits = backoff(retry);
    while (!signal.aborted) {
      const startedAt = performance.now();
      const code = await this.#run(configFile);
      if (signal.aborted || code === 0) return;
      if (code === misconfiguredExitCode) {
        this.#log.error('camera-agent-misconfigured', { configFile });
        return;
      }
      if (performance.now() - startedAt > steadyMs) waits = backoff(retry);
      const waitMs = waits.next().value ?? retry.maxMs;
      const level = code === restartExitCode ? 'info' : 'warn';
      this.#log[level]('camera-agent-restarts', { configFile, code, waitMs });
      await wait(waitMs, undefined, { signal }).catch(() => {});
    }
  }

  async #run(configFile: string): Promise<number | null> {
    const child = spawn(process.execPath, [agentCommand, '--config', configFile], {
      // The channel ends with this process, however it ends, and the agent with the channel: none is left behind.
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      // As the agent's launcher does it: several arenas would keep what each once needed for pictures.
      env: { MALLOC_ARENA_MAX: '1', ...process.env },
    });
    this.#children.add(child);
    child.stdout?.on('data', (chunk: Buffer) => this.#output.write(chunk));
    const tooLong = () => setTimeout(() => child.kill('SIGKILL'), stopMs).unref();
    this.#stopped.signal.addEventListener('abort', tooLong, { once: true });
    try {
      await once(child, 'exit');
      return child.exitCode;
    } catch (error) {
      this.#log.error('camera-agent-failed-to-start', { err: error });
      return null;
    } finally {
      this.#stopped.signal.removeEventListener('abort', tooLong);
      this.#children.delete(child);
    }
  }
}
