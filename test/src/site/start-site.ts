import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

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

  constructor(dataDir: string, credentials: { url: string; apiKey: string }, child: ChildProcess, output: string[]) {
    this.dataDir = dataDir;
    this.url = credentials.url;
    this.apiKey = credentials.apiKey;
    this.process = child;
    this.#output = output;
  }

  /** Everything that it printed so far. */
  get output(): string {
    return this.#output.join('');
  }

  /** Where cameras connect, as it printed. */
  get mqttPort(): number {
    return Number(/mqtts port (\d+)/.exec(this.output)?.[1]);
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
    return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as T };
  }

  /** SIGTERM, as an operator would. @returns the exit code. */
  async stop(): Promise<number | null> {
    if (this.process.exitCode !== null) return this.process.exitCode;
    this.process.kill('SIGTERM');
    const [code] = (await once(this.process, 'exit')) as [number | null];
    return code;
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGKILL');
    await once(this.process, 'exit');
  }
}

/** An empty data folder and how to remove it. */
export async function dataFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-site-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Starts on free ports and waits until it is ready. @throws with its output when it ends before that, or is not ready in time. */
export async function startSite(dataDir: string, argv: readonly string[] = [], readyMs = 60_000): Promise<Site> {
  const { child, output } = spawnSite(dataDir, argv);
  const deadline = performance.now() + readyMs;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the site ended with ${child.exitCode}:\n${output.join('')}`);
    if (performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`the site was not ready within ${readyMs} ms:\n${output.join('')}`);
    }
    const credentials = await ready(dataDir);
    if (credentials && output.join('').includes(credentials.url)) return new Site(dataDir, credentials, child, output);
    await wait(50);
  }
}

/** Starts it without waiting: for starts that are meant to fail. */
export function spawnSite(dataDir: string, argv: readonly string[] = []): { child: ChildProcess; output: string[] } {
  const ports = argv.some((arg) => arg === '--port') ? [] : ['--port', '0'];
  const mqttPorts = argv.some((arg) => arg === '--mqtt-port') ? [] : ['--mqtt-port', '0'];
  const child = spawn(process.execPath, [entry, '--data', dataDir, ...ports, ...mqttPorts, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  return { child, output };
}

/** Polls until `probe` gives something. @throws after `withinMs`, saying what was waited for. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  withinMs = 20_000,
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

async function ready(dataDir: string): Promise<{ url: string; apiKey: string } | undefined> {
  try {
    const credentials = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8')) as {
      url: string;
      apiKey: string;
    };
    const response = await fetch(new URL('/readyz', credentials.url));
    return response.ok ? credentials : undefined;
  } catch {
    return undefined;
  }
}
