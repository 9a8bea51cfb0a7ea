import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { step } from './progress.mjs';
import { runQuietly } from './run-quietly.mjs';
import { SetupError } from './setup-error.mjs';

/** What the dashboard is made of. */
const sources = ['cloud/dashboard', 'shared/contract/src', 'pnpm-lock.yaml'];
const notSources = new Set(['node_modules', 'dist', '.types', 'coverage']);

/**
 * Builds the dashboard unless it is there and its sources are the same. It is built aside and then put in place, so that a
 * running server never serves half of it. Call under the lock.
 * @param {string} root
 * @param {string} node
 */
export async function buildDashboard(root, node) {
  const folder = join(root, 'cloud', 'dashboard');
  const dist = join(folder, 'dist');
  const stamp = join(folder, 'node_modules', '.built');
  const hash = hashOf(root);
  if (existsSync(join(dist, 'index.html')) && readIfThere(stamp) === hash) return;
  await step('Building the dashboard', async () => {
    const aside = join(folder, 'node_modules', '.next-dist');
    const vite = join(folder, 'node_modules', 'vite', 'bin', 'vite.js');
    const command = [node, vite, 'build', '--outDir', aside, '--emptyOutDir', '--logLevel', 'warn'];
    const { code, output } = await runQuietly(command, { cwd: folder });
    if (code !== 0) throw new SetupError(`Building the dashboard failed (exit ${code}):\n${output.trim()}`);
    rmSync(stamp, { force: true });
    rmSync(dist, { recursive: true, force: true });
    renameSync(aside, dist);
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    writeFileSync(stamp, hash);
  });
}

/** @param {string} root */
function hashOf(root) {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((source) => filesOf(join(root, source)))) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesOf(path) {
  if (path.endsWith('.tsbuildinfo') || !existsSync(path)) return [];
  try {
    const names = readdirSync(path).filter((name) => !notSources.has(name));
    return names.sort().flatMap((name) => filesOf(join(path, name)));
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    throw error;
  }
}

/** @param {string} path */
function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
