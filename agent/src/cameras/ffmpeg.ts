import { Unavailable } from '@rollcall/kit/app-error';
import { lastWords } from './last-words.ts';
import { type Program, runProgram } from './run-program.ts';

const quiet = ['-hide_banner', '-v', 'error'];

/** Threads hold frames back. The default tables are the same in every frame, so that their reader is made once. */
export const asJpegs = ['-pix_fmt', 'yuvj420p', '-c:v', 'mjpeg', '-threads', '1', '-huffman', 'default', '-q:v', '3'];

/** Wider than this, a picture is made smaller: faces stay large enough, pictures small enough. */
export const notTooWide = "scale='min(1920,iw)':-2";

/** JPEGs on its standard output, one after the other. */
export const toOutput = ['-f', 'mjpeg', 'pipe:1'];

/**
 * What one ffmpeg writes to its standard output. `options` must not hold a password: everybody on the machine sees them.
 * @throws Misconfigured when there is none, and what `explain` makes of its last words when it fails.
 */
export function runFfmpeg(
  options: readonly string[],
  signal: AbortSignal,
  { input, explain = failed }: Partial<Pick<Program, 'input' | 'explain'>> = {},
): AsyncGenerator<Buffer, void> {
  // With a standard input that is not for commands.
  const args = [...quiet, ...(input === undefined ? ['-nostdin'] : []), ...options];
  return runProgram({ name: 'ffmpeg', args, explain, ...(input !== undefined && { input }) }, signal);
}

function failed(words: string, code: number | null): Unavailable {
  return new Unavailable(`ffmpeg ended with ${String(code)}: ${lastWords(words)}`);
}
