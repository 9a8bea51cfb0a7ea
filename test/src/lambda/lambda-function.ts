import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Invocation, Outcome } from './lambda-host.ts';

const host = fileURLToPath(new URL('./lambda-host.ts', import.meta.url));

/** What a handler threw, as Lambda sees it. */
export class InvocationError extends Error {
  constructor({ name, message }: { readonly name: string; readonly message: string }) {
    super(message);
    this.name = name;
  }
}

/** A bundle in a process of its own, which has nothing but the environment that it is given. Events and answers are JSON. */
export class LambdaFunction {
  /** Lines on standard output: log and metrics. */
  readonly lines: string[] = [];
  readonly #process: ChildProcess;
  readonly #ready: Promise<unknown>;
  readonly #gone: Promise<unknown>;
  readonly #waiting = new Map<number, (outcome: Outcome) => void>();
  #count = 0;

  constructor(bundle: string, environment: Readonly<Record<string, string>>) {
    this.#process = fork(host, [bundle], { env: { ...environment }, silent: true });
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => this.lines.push(...text.trim().split('\n')));
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => this.lines.push(text));
    this.#ready = once(this.#process, 'message');
    this.#gone = once(this.#process, 'exit');
    this.#process.on('message', (outcome: Outcome) => this.#waiting.get(outcome.id)?.(outcome));
    this.#process.on('exit', () => {
      const error = this.#died();
      for (const [id, resolve] of this.#waiting) resolve({ id, error });
    });
  }

  /** Invocations so far. */
  get invocations(): number {
    return this.#count;
  }

  /** @throws InvocationError for what the handler throws. */
  async invoke(event: unknown, remainingMs = 60_000): Promise<unknown> {
    await Promise.race([this.#ready, this.#gone]);
    const id = ++this.#count;
    const answered = new Promise<Outcome>((resolve) => this.#waiting.set(id, resolve));
    if (!this.#process.connected) throw new InvocationError(this.#died());
    const invocation: Invocation = { id, event, remainingMs };
    this.#process.send(invocation);
    const outcome = await answered;
    this.#waiting.delete(id);
    if ('error' in outcome) throw new InvocationError(outcome.error);
    return outcome.result;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill();
    await this.#gone;
  }

  #died() {
    // A syntax error quotes the line, which in a bundle is all of it.
    return { name: 'Runtime.ExitError', message: this.lines.join('\n').slice(-2_000) };
  }
}
