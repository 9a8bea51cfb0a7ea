import { functionName, functions } from '@rollcall/cloud/manifest';
import { defaultPrefix } from '@rollcall/contract/topics';
import { RecordingServer } from './recording-server.ts';

type Run = (name: (typeof functions)[number]['name'], event: unknown) => Promise<unknown>;

/**
 * Lambda's API as far as functions invoke each other: it takes events, and runs them when it is told to, in their order. What is waited for
 * is run at once.
 */
export class LambdaQueue {
  /** Runs what another function waits for. */
  runNow: Run | undefined;
  readonly server = new RecordingServer(async ({ path, body }) => {
    const called = path.split('/')[3];
    const spec = functions.find(({ name }) => functionName(defaultPrefix, name) === called);
    if (!spec) return { status: 404, headers: { 'x-amzn-errortype': 'ResourceNotFoundException' }, body: {} };
    if (awaited.has(spec.name) && this.runNow) {
      return { status: 200, body: (await this.runNow(spec.name, JSON.parse(body))) ?? null };
    }
    this.#waiting.push({ name: spec.name, event: JSON.parse(body) });
    return { status: 202, body: {} };
  });
  readonly #waiting: { readonly name: Parameters<Run>[0]; readonly event: unknown }[] = [];

  /** Runs what waits, and what comes of that. What fails stays first, as Lambda tries again. @throws what it throws. */
  async drain(run: Run): Promise<void> {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      try {
        await run(next.name, next.event);
      } catch (error) {
        this.#waiting.unshift(next);
        throw error;
      }
    }
  }
}

/** Those that are invoked for their answer. */
const awaited: ReadonlySet<string> = new Set(['claims']);
