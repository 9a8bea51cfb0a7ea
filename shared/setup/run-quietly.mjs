import { spawn } from 'node:child_process';
import { SetupError } from './setup-error.mjs';

/** What is kept of the output, from its end. */
const keptCharacters = 20_000;

/**
 * Runs a command to its end and keeps what it said. Signals that this process gets end it.
 * @param {string[]} command
 * @param {{ cwd: string, onStart?: (pid: number) => void }} options
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function runQuietly([program = '', ...args], { cwd, onStart }) {
  const child = spawn(program, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    // No question may be asked: nobody sees it.
    env: { ...process.env, CI: 'true', NO_COLOR: '1', npm_config_update_notifier: 'false' },
    shell: process.platform === 'win32',
  });
  let output = '';
  const keep = (/** @type {Buffer} */ chunk) => {
    output = (output + chunk.toString()).slice(-keptCharacters);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const interrupt = (/** @type {NodeJS.Signals} */ signal) => {
    child.kill('SIGTERM');
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.once('SIGTERM', interrupt).once('SIGINT', interrupt);
  try {
    if (child.pid !== undefined) onStart?.(child.pid);
    const code = await new Promise((resolve, reject) => {
      child.once('error', (/** @type {NodeJS.ErrnoException} */ error) => reject(startError(program, error)));
      child.once('close', (exit, signal) => resolve(exit ?? (signal ? 128 : 1)));
    });
    return { code, output };
  } finally {
    process.off('SIGTERM', interrupt).off('SIGINT', interrupt);
  }
}

/**
 * @param {string} program
 * @param {NodeJS.ErrnoException} error
 */
function startError(program, error) {
  if (error.code !== 'ENOENT') return error;
  return new SetupError(
    `${program} was not found. It comes with npm: install Node 20 or newer with npm, https://nodejs.org`,
  );
}
