import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Runs `work` while no other process that asks for the same lock does. The lock is a listening local socket, which the
 * kernel closes when the process dies: none is left over after `kill -9`, on Linux and Windows not even as a file.
 * @template T
 * @param {string} folder what is locked
 * @param {() => Promise<T>} work
 * @param {() => void} [onWait] called once if another process has it
 * @returns {Promise<T>}
 */
export async function withLock(folder, work, onWait = () => {}) {
  const address = addressOf(folder);
  let server = await tryListen(address);
  if (!server) onWait();
  while (!server) {
    await wait(250);
    server = await tryListen(address);
  }
  try {
    return await work();
  } finally {
    await new Promise((closed) => server?.close(closed));
  }
}

/** @param {string} folder */
function addressOf(folder) {
  const name = `rollcall-setup-${createHash('sha256').update(folder).digest('hex').slice(0, 24)}`;
  if (process.platform === 'linux') return `\0${name}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

/**
 * @param {string} address
 */
function tryListen(address) {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code !== 'EADDRINUSE') reject(error);
      else removeIfNobodyListens(address, () => resolve(undefined));
    });
    server.listen(address, () => resolve(server));
  });
}

/**
 * A socket that is a file outlives its process.
 * @param {string} address
 * @param {() => void} done
 */
function removeIfNobodyListens(address, done) {
  if (!address.startsWith('/')) return done();
  const probe = connect(address, () => {
    probe.destroy();
    done();
  });
  probe.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code === 'ECONNREFUSED') rmSync(address, { force: true });
    done();
  });
}
