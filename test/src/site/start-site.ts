import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Credentials, readCredentials } from '@rollcall/cloud/handlers/credentials';

const entry = fileURLToPath(new URL('../../../cloud/src/handlers/local.ts', import.meta.url));

export interface Answer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** The site edition as its own process, driven through its commands and its API alone. */
export class Site {
  readonly dataDir: string;
  readonly url: string;
  readonly apiKey: string;
  readonly process: ChildProcess;
  readonly #output: string[];

  constructor(dataDir: string, credentials: Pick<Credentials, 'url' | 'apiKey'>, run: SpawnedSite) {
    this.dataDir = dataDir;
    this.url = credentials.url;
    this.apiKey = credentials.apiKey;
    this.process = run.child;
    this.#output = run.output;
  }

  /** Everything that it printed so far, and what its camera agents did. */
  get output(): string {
    return this.#output.join('');
  }

  /** Where cameras connect, as it printed. */
  get mqttPort(): number {
    return Number(/mqtts port (\d+)/.exec(this.output)?.[1]);
  }

  /** The fields of each log line with this event so far. */
  logged(event: string): Record<string, unknown>[] {
    return logLines(this.output, event);
  }

  /** One call with the owner's API key; JSON in and out unless a body of bytes is given. */
  async api<T = never>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const bytes = body instanceof Uint8Array;
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: {
        'x-api-key': this.apiKey,
        ...(body === undefined || bytes ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: bytes ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = (response.headers.get('content-type') ?? '').includes('json');
    const parsed: unknown = json ? JSON.parse(text) : text;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it is, is what the test goes on to say
    return { status: response.status, headers: response.headers, body: parsed as T };
  }

  /** SIGTERM, as an operator would. @returns the exit code. */
  async stop(): Promise<number | null> {
    if (isOver(this.process)) return this.process.exitCode;
    this.process.kill('SIGTERM');
    return exitCode(this.process);
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    if (isOver(this.process)) return;
    this.process.kill('SIGKILL');
    await exitCode(this.process);
  }
}

/** An empty data folder and how to remove it. */
export async function dataFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-site-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Starts on free ports and waits until it is ready. @throws with its output when it ends before that, or is not ready in time. */
export async function startSite(dataDir: string, argv: readonly string[] = [], readyMs = 60_000): Promise<Site> {
  const run = spawnSite(dataDir, argv);
  const { child, output } = run;
  const deadline = performance.now() + readyMs;
  for (;;) {
    if (isOver(child)) throw new Error(`the site ended with ${child.exitCode}:\n${output.join('')}`);
    if (performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`the site was not ready within ${readyMs} ms:\n${output.join('')}`);
    }
    const credentials = await ready(dataDir);
    if (credentials && output.join('').includes(credentials.url)) return new Site(dataDir, credentials, run);
    await wait(50);
  }
}

/** A site that was started, whatever comes of it. */
export interface SpawnedSite {
  readonly child: ChildProcess;
  /** What it printed, in pieces. */
  readonly output: string[];
}

/** Starts it without waiting: for starts that are meant to fail. */
export function spawnSite(dataDir: string, argv: readonly string[] = []): SpawnedSite {
  const ports = argv.includes('--port') ? [] : ['--port', '0'];
  const mqttPorts = argv.includes('--mqtt-port') ? [] : ['--mqtt-port', '0'];
  const child = spawn(process.execPath, [entry, '--data', dataDir, ...ports, ...mqttPorts, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  return { child, output };
}

/** Resolves with the exit code once a process is over and all that it printed was read; null when a signal ended it. */
export async function exitCode(child: ChildProcess): Promise<number | null> {
  // Its camera agents may hold the other end of its output for a moment longer.
  if (!isOver(child)) await once(child, 'exit');
  await Promise.race([once(child.stdout ?? child, 'end'), wait(500)]);
  return child.exitCode;
}

/** The fields of each JSON log line in `output` with this event. */
export function logLines(output: string, event: string): Record<string, unknown>[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}') && line.includes(`"event":"${event}"`))
    .map((line): Record<string, unknown> => JSON.parse(line));
}

/** Polls until `probe` gives something. @throws after `withinMs`, saying what was waited for. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 90_000,
  everyMs = 100,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`);
    await wait(everyMs);
  }
}

function isOver(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function ready(dataDir: string): Promise<Credentials | undefined> {
  try {
    const credentials = await readCredentials(dataDir);
    const response = credentials && (await fetch(new URL('/readyz', credentials.url)));
    return response?.ok ? credentials : undefined;
  } catch {
    return undefined;
  }
}
