import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SetupError } from './setup-error.mjs';

const run = promisify(execFile);

/** The first that runs TypeScript without a flag. */
const oldest = [22, 18];

/**
 * The Node that the server runs on: the pinned one, which came with the packages; else this one if it is new enough.
 * @param {string} root
 * @returns {Promise<string>} path of the binary
 */
export async function pinnedNode(root) {
  const pinned = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  try {
    await run(pinned, ['--version']);
    return pinned;
  } catch {
    // Not made for this platform, or its libc.
  }
  if (isRecent(process.versions.node)) return process.execPath;
  throw new SetupError(
    `Rollcall runs on Node ${oldest.join('.')} or newer. Its own copy does not run on this machine ` +
      `(${process.platform}, ${process.arch}), and the installed Node is ${process.versions.node}.\n` +
      'Install Node 24 from https://nodejs.org and start again.',
  );
}

/** @param {string} version */
function isRecent(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}
