import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Misconfigured, Unavailable } from '@rollcall/kit/app-error';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { eventually } from '../../test/eventually.ts';
import { fakeProgram, isAlive } from '../../test/fake-program.ts';
import { lastWords } from './last-words.ts';
import { runProgram } from './run-program.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rollcall-program-'));
});
afterAll(() => rm(dir, { recursive: true }));
beforeEach(() => void vi.stubEnv('PATH', `${dir}:${process.env['PATH'] ?? ''}`));
afterEach(() => void vi.unstubAllEnvs());

const explain = (words: string, code: number | null) => new Unavailable(`${code}: ${lastWords(words)}`);
const run = (name: string, signal = new AbortController().signal, input?: string) =>
  runProgram({ name, args: ['one', 'two'], explain, ...(input !== undefined && { input }) }, signal);
const pidFile = () => join(dir, 'pid');
const pidOf = async () => Number(await readFile(pidFile(), 'utf8'));
/** Tells its process id and those of what it starts, and does not end when it is asked to. */
const stubborn = () => `
  const child = require('node:child_process').spawn('sleep', ['1000']);
  process.on('SIGTERM', () => {});
  process.stdout.on('error', () => {});
  writeFileSync(${JSON.stringify(join(dir, 'child'))}, String(child.pid));
  writeFileSync(${JSON.stringify(pidFile())}, String(process.pid));
  process.stdout.write('first');
  setInterval(() => {}, 1000);`;

test('what a program writes comes out, and it gets its arguments and its input', async () => {
  await fakeProgram(dir, 'echoes', `process.stdout.write(args.join(' ') + readFileSync(0, 'utf8'));`);
  const chunks: Buffer[] = [];
  for await (const chunk of run('echoes', undefined, ' and a secret')) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe('one two and a secret');
});

test('one that fails is explained by its last words', async () => {
  await fakeProgram(
    dir,
    'fails',
    `process.stderr.write('INFO chatter\\nERROR: *** no camera ***\\n#3 (15.00 fps)\\n'); process.exit(3);`,
  );
  await expect(run('fails').next()).rejects.toThrow('3: ERROR: *** no camera ***');
});

test('one that is missing is said to be, with how to get it', async () => {
  await expect(run('no-such-program').next()).rejects.toThrow(Misconfigured);
  await expect(run('no-such-program').next()).rejects.toThrow('no-such-program was not found; install it');
});

test('one that does not end when asked is killed, with what it started', async () => {
  await fakeProgram(dir, 'stubborn', stubborn());
  const stop = new AbortController();
  const output = run('stubborn', stop.signal);
  expect(String((await output.next()).value)).toBe('first');
  const pids = [await pidOf(), Number(await readFile(join(dir, 'child'), 'utf8'))];
  expect(pids.map(isAlive)).toEqual([true, true]);
  const waiting = output.next();
  stop.abort();
  expect((await waiting).done).toBe(true);
  await eventually(() => expect(pids.map(isAlive)).toEqual([false, false]));
});

test('one whose reader has had enough is ended', async () => {
  await fakeProgram(
    dir,
    'patient',
    `writeFileSync(${JSON.stringify(pidFile())}, String(process.pid)); process.stdout.write('x'); setInterval(() => {}, 1000);`,
  );
  for await (const chunk of run('patient')) {
    expect(chunk.length).toBe(1);
    break;
  }
  const pid = await pidOf();
  await eventually(() => expect(isAlive(pid)).toBe(false));
});

test('one that hangs does not outlive an agent that is killed', async () => {
  await fakeProgram(dir, 'stubborn', stubborn().replace(/const child[^\n]*\n/, 'const child = { pid: 0 };\n'));
  await rm(pidFile(), { force: true });
  const module = new URL('run-program.ts', import.meta.url).href;
  const code = `import { runProgram } from ${JSON.stringify(module)};
    for await (const _ of runProgram({ name: 'stubborn', args: [], explain: () => new Error() }, new AbortController().signal));`;
  const agent = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' });
  await eventually(async () => expect(await pidOf()).toBeGreaterThan(0));
  const pid = await pidOf();
  agent.kill('SIGKILL');
  await once(agent, 'exit');
  await eventually(() => expect(isAlive(pid)).toBe(false));
});
