import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { installPackages } from './packages.mjs';
import { SetupError } from './setup-error.mjs';

/** The folder of the clone. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/**
 * Installs what is missing, then does `more`, while no other start on this clone does either.
 * @template T
 * @param {() => Promise<T>} more
 * @returns {Promise<T>}
 */
export async function prepare(more) {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new SetupError(
      `Rollcall needs Node 20 or newer to install; this is ${process.versions.node}: https://nodejs.org`,
    );
  }
  return withLock(
    root,
    async () => {
      await installPackages(root);
      return more();
    },
    () => console.log('Another start is setting up this folder: waiting for it …'),
  );
}
