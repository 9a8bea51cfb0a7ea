import { spawn } from 'node:child_process';
import { Misconfigured, Unavailable } from '@rollcall/kit/app-error';

/** What is kept of what ffmpeg says, from its end. */
const keptCharacters = 2000;

/** Runs ffmpeg to its end. @throws Misconfigured when there is none; Unavailable when it fails, with what it said. */
export function runFfmpeg(args: readonly string[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-keptCharacters);
  });
  child.once('error', (cause) => {
    reject(new Misconfigured('ffmpeg was not found; install it: sudo apt-get install ffmpeg', { cause }));
  });
  child.once('close', (code) => {
    if (code === 0) resolve();
    else reject(new Unavailable(`ffmpeg failed (exit ${code}): ${said.trim()}`));
  });
  return promise;
}
