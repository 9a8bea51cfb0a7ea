import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Misconfigured, Unavailable } from '@rollcall/kit/app-error';

/**
 * What one ffmpeg writes to its standard output, as fast as it is taken; it waits meanwhile.
 * Killed when the signal aborts or the reader stops. @throws Unavailable with its last words when it fails, Misconfigured when there is none.
 */
export async function* runFfmpeg(options: readonly string[], signal: AbortSignal): AsyncGenerator<Buffer, void> {
  if (signal.aborted) return;
  const child = spawn('ffmpeg', ['-nostdin', '-hide_banner', '-v', 'error', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close').then(
    ([code]: unknown[]) => ({ code }),
    (cause: unknown) => ({ cause }),
  );
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-300);
  });
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  try {
    yield* child.stdout as AsyncIterable<Buffer>;
    const end = await closed;
    if (signal.aborted) return;
    if ('cause' in end) throw isMissingProgram(end.cause) ? ffmpegMissing(end.cause) : end.cause;
    if (end.code !== 0) throw new Unavailable(`ffmpeg ended with ${String(end.code)}: ${words.trim()}`);
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
    await closed;
  }
}

export function isMissingProgram(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Says how to get it. */
export function ffmpegMissing(cause: unknown): Misconfigured {
  return new Misconfigured('video: cameras need ffmpeg, which was not found; install it: sudo apt-get install ffmpeg', {
    code: 'ffmpeg-missing',
    cause,
  });
}
