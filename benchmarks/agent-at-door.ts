import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess, writeAgentConfig } from '@rollcall/agent/test/agent-process';
import { TestBroker } from '@rollcall/agent/test/test-broker';
import type { AgentConfig } from '@rollcall/contract/agent-config';
import type { Heartbeat } from '@rollcall/contract/heartbeat';
import { childrenOf, type ProcessUsage, usageOf } from './process-usage.ts';

export interface AgentAtDoorOptions {
  /** Of its own; its configuration, certificate and outbox come into it. */
  readonly folder: string;
  readonly camera: string;
  readonly faceGate: AgentConfig['faceGate'];
  readonly heartbeatMs: number;
  /** The processor core that the agent and whatever it starts have to do with. @default any */
  readonly core?: number | undefined;
}

const readyMs = 120_000;
const lookEveryMs = 200;

/** The agent as its own process, and a broker over mutual TLS that acks what it sends. */
export class AgentAtDoor {
  readonly #agent: AgentProcess;
  readonly #broker: TestBroker;

  private constructor(agent: AgentProcess, broker: TestBroker) {
    this.#agent = agent;
    this.#broker = broker;
  }

  /** Resolves when its camera gives pictures and it has made up its mind about its face gate. @throws when it does not come to that. */
  static async start({ folder, camera, faceGate, heartbeatMs, core }: AgentAtDoorOptions): Promise<AgentAtDoor> {
    const broker = await TestBroker.start();
    const config = await writeAgentConfig(folder, broker, { camera, faceGate, heartbeatMs });
    const under = core === undefined ? [] : ['taskset', '-c', String(core)];
    const door = new AgentAtDoor(new AgentProcess(['--config', config], { under, launched: true }), broker);
    const deadline = performance.now() + readyMs;
    while (!door.#isReady()) {
      if (!door.isRunning || performance.now() > deadline) {
        await door.stop();
        throw new Error(`the agent did not get ready: ${door.#agent.stderr}${door.#agent.lines.slice(-5).join('\n')}`);
      }
      await sleep(lookEveryMs);
    }
    return door;
  }

  /** All that it sent, in order. */
  get heartbeats(): readonly Heartbeat[] {
    return this.#broker.heartbeats;
  }

  /** Captures that arrived. */
  get captures(): number {
    return this.#broker.captures.length;
  }

  get isRunning(): boolean {
    const { exitCode, signalCode } = this.#agent.child;
    return exitCode === null && signalCode === null;
  }

  agent(): ProcessUsage {
    return usageOf(this.#agent.child.pid) ?? nothing;
  }

  /** What it started: its camera’s program, what looks for faces. */
  children(): ProcessUsage[] {
    return childrenOf(this.#agent.child.pid).flatMap((pid) => usageOf(pid) ?? []);
  }

  async stop(): Promise<void> {
    this.#agent.child.kill('SIGTERM');
    await this.#agent.ended();
    await this.#broker.stop();
  }

  #isReady(): boolean {
    const { camera, faceGate } = this.heartbeats.at(-1) ?? {};
    return camera !== undefined && camera.state !== 'starting' && faceGate?.state !== 'measuring';
  }
}

const nothing: ProcessUsage = { name: '', cpuMs: 0, residentBytes: 0 };
