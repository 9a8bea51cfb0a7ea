import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const server = `
const timer: NodeJS.Timeout = setInterval(() => {}, 1000);
const stop = (why: string) => {
  console.log('stopping: ' + why);
  clearInterval(timer);
  if (process.connected) process.disconnect();
};
process.once('SIGTERM', () => stop('SIGTERM'));
process.once('SIGINT', () => stop('SIGINT'));
process.once('disconnect', () => stop('disconnect'));
console.log('server ' + process.pid + ' ' + JSON.stringify(process.argv.slice(2)));
`;

/** Counts installations in \`installs\`, and says so in \`overlaps\` if two ran at once. */
const npx = `#!/bin/sh
mkdir busy 2>/dev/null || echo x >> overlaps
sleep 0.3
mkdir -p node_modules/.pnpm cloud/node_modules cloud/dashboard/node_modules
cp pnpm-lock.yaml node_modules/.pnpm/lock.yaml
echo "$@" >> installs
rmdir busy
`;

const vite = `
const { mkdirSync, writeFileSync, appendFileSync } = require('node:fs');
const dist = process.argv[process.argv.indexOf('--outDir') + 1];
mkdirSync(dist, { recursive: true });
writeFileSync(dist + '/index.html', 'built');
appendFileSync(__dirname + '/builds', 'x');
`;

/** A folder like a fresh clone, with the real set-up and stand-ins for pnpm, vite and the server. */
export class FakeClone {
  readonly root: string;
  readonly #children: ChildProcess[] = [];

  private constructor(root: string) {
    this.root = root;
  }

  static async make(): Promise<FakeClone> {
    const clone = new FakeClone(await mkdtemp(join(tmpdir(), 'rollcall-clone-')));
    const repository = join(import.meta.dirname, '../..');
    await clone.write(
      'pnpm-workspace.yaml',
      'packages:\n  - cloud\n  - cloud/dashboard\n  - shared/*\nsaveExact: true\n',
    );
    await clone.write('pnpm-lock.yaml', 'lockfileVersion: 9\n');
    await clone.write('cloud/package.json', '{ "dependencies": { "x": "1" } }');
    await clone.write('cloud/dashboard/package.json', '{ "devDependencies": { "x": "1" } }');
    await clone.write('cloud/dashboard/src/main.tsx', 'one');
    await clone.write('cloud/dashboard/node_modules/vite/bin/vite.js', vite);
    await clone.write('cloud/src/handlers/local.ts', server);
    await clone.write('bin/npx', npx);
    await chmod(join(clone.root, 'bin/npx'), 0o755);
    await cp(join(repository, 'package.json'), join(clone.root, 'package.json'));
    await cp(import.meta.dirname, join(clone.root, 'shared/setup'), { recursive: true });
    const own = `node-${process.platform}-${process.arch}`;
    await mkdir(join(clone.root, 'node_modules'));
    await symlink(join(repository, 'node_modules', own), join(clone.root, 'node_modules', own));
    return clone;
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.root, path)), { recursive: true });
    await writeFile(join(this.root, path), text);
  }

  /** `npm start -- ...args`, with its output as it comes. */
  start(...args: string[]): Run {
    const env = { ...process.env, PATH: [join(this.root, 'bin'), process.env.PATH].join(delimiter) };
    const child = spawn('npm', ['start', '--', ...args], { cwd: this.root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#children.push(child);
    return new Run(child);
  }

  async remove(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A running `npm start`. */
export class Run {
  readonly npm: ChildProcess;
  readonly ended: Promise<number | null>;
  output = '';
  #look = () => {};

  constructor(npm: ChildProcess) {
    this.npm = npm;
    this.ended = new Promise((resolve) => npm.once('exit', (code) => resolve(code)));
    for (const stream of [npm.stdout, npm.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
        this.#look();
      });
    }
  }

  /** The first match of `pattern` in what was said so far or will be. */
  said(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`never said ${pattern}:\n${this.output}`)), 20_000);
      this.#look = () => {
        const match = pattern.exec(this.output);
        if (!match) return;
        clearTimeout(late);
        resolve(match);
      };
      this.#look();
    });
  }

  async serverPid(): Promise<number> {
    return Number((await this.said(/server (\d+)/))[1]);
  }
}
