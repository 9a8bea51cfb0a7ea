import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialsFile } from '../handlers/credentials.ts';
import { commandLine } from './command-for-tests.ts';

describe('the command line', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-cli-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each([[['--help']], [['people', '--help']], [['people', 'import', '--help']], [['device', 'allow', '--help']]])(
    'explains itself: %j',
    async (args) => {
      const { run } = await commandLine(folder);
      const { code, out } = await run(args);
      expect({ code, usage: out.startsWith('Usage: rollcall') }).toEqual({ code: 0, usage: true });
    },
  );

  it.each([
    [['nonsense']],
    [['people', 'nonsense']],
    [['people', 'add']],
    [['export', 'attendance', '--format', 'pdf']],
  ])('refuses what it does not know and points to help: %j', async (args) => {
    const { run } = await commandLine(folder);
    const { code, err } = await run(args);
    expect(code).toBe(1);
    expect(err).toMatch(/--help|Usage/);
  });

  it('takes server and key from the data folder, and says what to give when there are none', async () => {
    const { run } = await commandLine(folder);
    const none = await run(['people', 'list'], { env: {} });
    expect(none).toMatchObject({
      code: 78,
      err: expect.stringMatching(/credentials\.json is not there.*--url and --key/s),
    });
    const credentials = { url: 'http://a.test', email: 'a@b.test', password: 'p', apiKey: 'k' };
    await mkdir(join(folder, 'site'));
    await writeFile(credentialsFile(join(folder, 'site')), JSON.stringify(credentials));
    const calls: string[] = [];
    const fetch = async (url: string, init: RequestInit) => {
      calls.push(`${url} ${new Headers(init.headers).get('x-api-key')}`);
      return Response.json({ items: [], nextCursor: null });
    };
    expect(await run(['--data', 'site', 'people', 'list'], { env: {}, fetch })).toMatchObject({
      code: 0,
      out: 'Nobody yet.\n',
    });
    expect(calls).toEqual([expect.stringMatching(/^http:\/\/a\.test\/v1\/people\?.* k$/)]);
  });

  it('adds and lists people', async () => {
    const { run } = await commandLine(folder);
    expect((await run(['people', 'add', '4711', 'Zoë Lang', '--group', 'Office', 'Night'])).out).toMatch(
      /^Zoë Lang is added/,
    );
    expect(await run(['people', 'add', '4711', 'Other'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/4711/),
    });
    expect(await run(['people', 'add', '', 'Nobody'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/externalId/),
    });
    expect((await run(['people', 'list'])).out).toMatch(/4711\s+Zoë Lang\s+Office, Night\s+0 photos\s+no consent/);
    const listed: unknown = JSON.parse((await run(['--json', 'people', 'list', '--query', 'zoë'])).out);
    expect(listed).toMatchObject([{ externalId: '4711' }]);
    expect(JSON.parse((await run(['people', 'list', '--json', '--group', 'Elsewhere'])).out)).toEqual([]);
  });

  it('takes devices through their life', async () => {
    const { run } = await commandLine(folder, 'operator');
    expect((await run(['device', 'list'])).out).toBe('No devices yet.\n');
    expect((await run(['device', 'allow', 'cam-7'])).out).toMatch(/cam-7: may register once/);
    expect((await run(['device', 'list'])).out).toMatch(/cam-7\s+allowed\s+offline/);
    expect((await run(['device', 'revoke', 'cam-7', '--json'])).out).toMatch(/"outcome": "done"/);
    expect((await run(['device', 'remove', 'cam-7'])).code).toBe(0);
    expect(await run(['device', 'revoke', 'cam-7'])).toMatchObject({ code: 1, err: expect.stringMatching(/cam-7/) });
  });

  it('exports the register as CSV and JSON, also into a file', async () => {
    const { run } = await commandLine(folder);
    await run(['people', 'add', '4711', 'Zoë Lang']);
    expect((await run(['export', 'attendance', '--from', '2026-01-05'])).out).toMatch(/^.*externalId.*\r?\n/);
    expect(await run(['export', 'attendance', '--format', 'json', '-o', 'day.json'])).toMatchObject({
      code: 0,
      out: '',
    });
    expect(await run(['export', 'attendance', '--from', 'monday'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/from/),
    });
  });

  it('exports what is too long for one answer in parts, as one file', async () => {
    const { run } = await commandLine(folder);
    const asked: string[] = [];
    const fetch = async (url: string) => {
      const { searchParams: query } = new URL(url);
      const [from, to] = [query.get('from') ?? '', query.get('to') ?? ''];
      asked.push(`${from} ${to} ${query.get('groupId')}`);
      const days = [1, 2, 3, 4, 5].map((n) => `2026-01-0${n}`).filter((day) => day >= from && day <= to);
      const problem = { type: 'about:blank', title: 'Too large', status: 413, code: 'too-large' };
      if (days.length > 2) return Response.json(problem, { status: 413 });
      return new Response(['date,name', ...days.map((day) => `${day},Ada`), ''].join('\r\n'));
    };
    const options = ['--from', '2026-01-01', '--to', '2026-01-05', '--group', '5b'];
    const { code, out } = await run(['export', 'attendance', ...options], { fetch });
    expect([code, out.split('\r\n')]).toEqual([
      0,
      ['date,name', ...[1, 2, 3, 4, 5].map((n) => `2026-01-0${n},Ada`), ''],
    ]);
    expect(asked.every((one) => one.endsWith('5b'))).toBe(true);
  });

  it('examines the server, and fails when it must', async () => {
    const { run } = await commandLine(folder);
    const well = await run(['doctor']);
    expect(well.code).toBe(0);
    expect(well.out).toMatch(/ok {4}server.*\nok {4}key {7}admin of main\nok {4}devices {3}0 in service/);
    const away = await run(['doctor', '--json'], { fetch: () => Promise.reject(new Error('refused')) });
    expect(away.code).toBe(1);
    expect(JSON.parse(away.out)).toContainEqual(expect.objectContaining({ what: 'server', state: 'fail' }));
    const stranger = await run(['--key', 'wrong', 'doctor']);
    expect(stranger).toMatchObject({ code: 1, out: expect.stringMatching(/FAIL {2}key.*unauthenticated/) });
    expect(await run(['doctor'], { env: { PATH: '/nowhere' } })).toMatchObject({
      code: 1,
      out: expect.stringMatching(/look {2}ffmpeg/),
    });
  });

  it('does not hide a bug', async () => {
    const { run } = await commandLine(folder);
    const env = { ROLLCALL_URL: 'http://a.test', ROLLCALL_KEY: 'k' };
    await expect(run(['people', 'list'], { env, fetch: nothingThere, out: throwABug })).rejects.toThrow('a bug');
  });
});

function nothingThere(): Promise<Response> {
  return Promise.resolve(Response.json({ items: [], nextCursor: null }));
}

function throwABug(): never {
  throw new TypeError('a bug');
}
