import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { type AppError, Misconfigured } from '@rollcall/kit/app-error';

/** A program that gives pictures on its standard output. */
export interface Program {
  readonly name: string;
  readonly args: readonly string[];
  /** For its standard input: what nobody may read in the list of processes. */
  readonly input?: string;
  /** What its end means for ops; `words` are the last that it wrote to its standard error. */
  readonly explain: (words: string, code: number | null) => AppError;
}

/** Time to end by itself (a camera on the network is told goodbye), then it is killed. */
const graceMs = 2_000;
/** A process that hangs in a driver cannot be killed: it is not waited for longer than this. */
const goneMs = 3_000;
const maxWords = 2_000;

/**
 * What one program writes to its standard output, as fast as it is taken; it waits meanwhile. Ended, with all that it started, when the signal
 * aborts or the reader stops, and by the kernel when this process is killed.
 * @throws Misconfigured `program-missing` when it is not installed, and what `explain` says when it fails.
 */
export async function* runProgram(program: Program, signal: AbortSignal): AsyncGenerator<Buffer, void> {
  const wrapper = await deathSignal();
  if (signal.aborted) return;
  const [command = program.name, ...args] = [...wrapper, program.name, ...program.args];
  // Its own process group, so that what it starts ends with it.
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const closed = once(child, 'close').then(
    ([code]: unknown[]) => ({ code: typeof code === 'number' ? code : null }),
    (cause: unknown) => ({ cause }),
  );
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-maxWords);
  });
  // It may end before it has read its input.
  child.stdin.on('error', () => {}).end(program.input ?? '');
  const end = () => {
    child.stdout.destroy();
    killGroup(child.pid, 'SIGTERM');
    const kill = setTimeout(() => killGroup(child.pid, 'SIGKILL'), graceMs);
    void closed.finally(() => clearTimeout(kill));
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) yield chunk;
    const result = await closed;
    if (signal.aborted) return;
    if ('cause' in result ? isMissingProgram(result.cause) : isNotFound(result.code, words)) throw missing(program);
    if ('cause' in result) throw result.cause;
    if (result.code !== 0) throw program.explain(words, result.code);
  } catch (error) {
    // Its output was closed under the reader.
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', end);
    if (child.exitCode === null && child.signalCode === null && !signal.aborted) end();
    await gone(closed);
  }
}

/** Whether a program could not be started because there is none of this name. */
export function isMissingProgram(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

let wrapper: Promise<string[]> | undefined;

/**
 * What to put before a command so that the kernel kills it when the process that started it is gone, however that ended: a camera can be opened once,
 * and an orphan would hold it for ever. Nothing where util-linux has no such option. Source: prctl(2), PR_SET_PDEATHSIG.
 */
function deathSignal(): Promise<string[]> {
  const setpriv = ['/usr/bin/setpriv', '--pdeathsig', 'KILL'];
  const [command = '', ...args] = setpriv;
  wrapper ??= promisify(execFile)(command, [...args, 'true'], { timeout: 5_000 }).then(
    () => setpriv,
    () => [],
  );
  return wrapper;
}

/** As setpriv says that there is no such program. */
function isNotFound(code: number | null, words: string): boolean {
  return code === 127 && words.includes('setpriv');
}

function missing({ name }: Program): Misconfigured {
  return new Misconfigured(`${name} was not found; ${howToInstall(name)}`, { code: 'program-missing' });
}

function howToInstall(name: string): string {
  const packages: Record<string, string> = { 'rpicam-vid': 'rpicam-apps', 'libcamera-vid': 'libcamera-apps' };
  return `install it: sudo apt-get install ${packages[name] ?? name}`;
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It is gone already.
  }
}

async function gone(closed: Promise<unknown>): Promise<void> {
  let timeout: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timeout = setTimeout(resolve, graceMs + goneMs);
  });
  await Promise.race([closed, late]);
  clearTimeout(timeout);
}
