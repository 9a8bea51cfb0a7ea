import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** How often it is looked whether npm is still there. */
const lookMs = 500;
/** How long the server may drain before it is ended for good. */
const drainMs = 30_000;
/** Who started this; without npm it may go and leave this running. The scripts say `exec`, so no shell is in between. */
const npm = process.env.npm_lifecycle_event ? process.ppid : undefined;

/**
 * Runs the server until it ends, in the foreground. Signals are passed on. If this process dies, however it does, the server
 * learns it by the closing of its channel (`disconnect`); if npm dies, this process learns it by its parent and stops the server.
 * @param {string} node
 * @param {string[]} args
 * @param {{ cwd: string }} options
 * @returns {Promise<number>} exit code
 */
export async function supervise(node, args, { cwd }) {
  const child = spawn(node, args, { cwd, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  let tooLong;
  const stop = (/** @type {string | undefined} */ signal) => {
    if (signal) child.kill(signal);
    tooLong ??= setTimeout(() => child.kill('SIGKILL'), drainMs).unref();
  };
  const onTerminate = () => stop('SIGTERM');
  // At a terminal, Ctrl-C reaches the server too: passing it on would make it two.
  const onInterrupt = () => stop(process.stdin.isTTY ? undefined : 'SIGINT');
  process.on('SIGTERM', onTerminate).on('SIGHUP', onTerminate).on('SIGINT', onInterrupt);
  const look = setInterval(() => {
    if (npm !== undefined && process.ppid !== npm) onTerminate();
  }, lookMs);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    clearInterval(look);
    clearTimeout(tooLong);
    process.off('SIGTERM', onTerminate).off('SIGHUP', onTerminate).off('SIGINT', onInterrupt);
  }
}
