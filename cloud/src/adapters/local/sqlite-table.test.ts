import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { Misconfigured, Unavailable } from '@rollcall/kit/app-error';
import { ManualClock } from '@rollcall/kit/clock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Query } from '../../ports/table.ts';
import { positionOf } from '../table-cursor.ts';
import { queryStatement } from './sqlite-query.ts';
import { SqliteTable } from './sqlite-table.ts';

describe('SqliteTable', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-sqlite-'));
    path = join(folder, 'rollcall.db');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('keeps what was written over a close, also what was not awaited yet', async () => {
    const first = new SqliteTable(path);
    const late = first.put({ pk: 'a', sk: 'late' });
    await first.close();
    await first.close();
    expect(await late).toMatchObject({ version: 1 });
    await expect(first.get({ pk: 'a', sk: 'late' })).rejects.toThrow(Unavailable);
    await expect(first.put({ pk: 'a', sk: 'late' })).rejects.toThrow(Unavailable);
    const second = new SqliteTable(path);
    expect(await second.get({ pk: 'a', sk: 'late' })).toMatchObject({ version: 1 });
    await second.close();
  });

  it('lets only the owner of the process read its files', async () => {
    const table = new SqliteTable(path);
    await table.put({ pk: 'a', sk: 'a' });
    const modes = (await readdir(folder)).map(async (file) => [file, (await stat(join(folder, file))).mode & 0o777]);
    expect(Object.fromEntries(await Promise.all(modes))).toEqual({
      'rollcall.db': 0o600,
      'rollcall.db-shm': 0o600,
      'rollcall.db-wal': 0o600,
    });
    await table.close();
  });

  it('writes more at once than fits one transaction', async () => {
    const table = new SqliteTable(path);
    await Promise.all(Array.from({ length: 700 }, (_, n) => table.put({ pk: 'a', sk: `${n}` })));
    expect((await table.query({ partition: 'a', limit: 1000 })).items).toHaveLength(700);
    await table.close();
  });

  it('purges what has expired, and only that', async () => {
    const clock = new ManualClock();
    const seconds = Math.floor(clock.now() / 1000);
    const table = new SqliteTable(path, { clock });
    for (let n = 0; n < 12; n++) {
      const puts = Array.from({ length: 100 }, (_, i) => ({
        put: { pk: `p${n}`, sk: `${i}`, expiresAt: seconds + 10 },
      }));
      await table.batch(puts);
    }
    await table.put({ pk: 'a', sk: 'later', expiresAt: seconds + 11 });
    await table.put({ pk: 'a', sk: 'never' });
    expect(await table.purgeExpired()).toBe(0);
    clock.advance(10_000);
    expect(await table.purgeExpired()).toBe(1200);
    expect((await table.query({ partition: 'a', limit: 9 })).items).toHaveLength(2);
    await table.close();
    const file = new DatabaseSync(path);
    expect(file.prepare('SELECT count(*) AS n FROM items').get()?.n).toBe(2);
    file.close();
  });

  it('refuses a file that is damaged, or no database, and says what to do', async () => {
    await writeFile(path, 'not a database at all, but long enough to have a header of a hundred bytes'.repeat(20));
    expect(() => new SqliteTable(path)).toThrow(Misconfigured);
    expect(() => new SqliteTable(path)).toThrow(/restore a backup/);
  });

  it('refuses a file of a newer version and a folder that is not there', async () => {
    const file = new DatabaseSync(path);
    file.exec('PRAGMA user_version = 99');
    file.close();
    expect(() => new SqliteTable(path)).toThrow(/update Rollcall/);
    expect(() => new SqliteTable(join(folder, 'none', 'x.db'))).toThrow(Misconfigured);
  });

  it('answers Unavailable when the disk takes no more, keeps what it had, and goes on when there is space', async () => {
    // A limit on the file size stands for the disk: writes beyond it fail.
    const { stdout } = await promisify(execFile)(
      'sh',
      [
        '-c',
        `trap '' XFSZ; ulimit -f 1000; exec "$0" "$@"`,
        process.execPath,
        '--input-type=module',
        '-e',
        fillUp,
        path,
      ],
      { cwd: import.meta.dirname },
    );
    const { kind, acknowledged, ofTheFailed, message } = JSON.parse(stdout);
    expect({ kind, ofTheFailed }).toEqual({ kind: 'Unavailable', ofTheFailed: false });
    expect(message).toMatch(/space/);
    expect(acknowledged).toBeGreaterThan(10);
    const table = new SqliteTable(path);
    expect((await table.query({ partition: 'a', limit: 1000 })).items).toHaveLength(acknowledged);
    await table.put({ pk: 'a', sk: 'after' });
    await table.close();
  });

  it.each<[string, Query]>([
    ['a partition', { partition: 'p', limit: 9 }],
    ['a prefix', { partition: 'p', limit: 9, range: { prefix: 'x' } }],
    ['a range backwards', { partition: 'p', limit: 9, range: { from: 'a', to: 'b' }, order: 'descending' }],
    ['index 1', { partition: 'p', limit: 9, index: 1, range: { prefix: 'x' } }],
    ['index 2 backwards', { partition: 'p', limit: 9, index: 2, order: 'descending' }],
  ])('reads %s by index, without a scan or a sort', async (_, query) => {
    const table = new SqliteTable(path);
    await table.batch(['xa', 'xb'].map((sk) => ({ put: { pk: 'p', sk, i1pk: 'p', i1sk: sk, i2pk: 'p', i2sk: sk } })));
    await table.close();
    const file = new DatabaseSync(path);
    const after = positionOf(query) ?? { range: 'a', pk: 'p', sk: 'a' };
    const { sql, values } = queryStatement(query, after, 0);
    const plan = file
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...values)
      .map((row) => String(row.detail));
    file.close();
    expect(plan).toEqual([expect.stringMatching(/^SEARCH items USING INDEX/)]);
  });
});

const fillUp = `
  import { SqliteTable } from './sqlite-table.ts';
  const table = new SqliteTable(process.argv[1]);
  const text = 'x'.repeat(20_000);
  let n = 0;
  try {
    for (; ; n++) await table.put({ pk: 'a', sk: String(n).padStart(4, '0'), text });
  } catch (error) {
    const ofTheFailed = (await table.get({ pk: 'a', sk: String(n).padStart(4, '0') })) !== undefined;
    console.log(JSON.stringify({ kind: error.name, message: error.message, acknowledged: n, ofTheFailed }));
  }
`;
