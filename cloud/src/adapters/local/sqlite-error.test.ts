import { Conflict, Misconfigured, Unavailable } from '@rollcall/kit/app-error';
import { describe, expect, it } from 'vitest';
import { sqliteError } from './sqlite-error.ts';

describe('sqliteError', () => {
  it.each([
    ['a full disk', 13, Unavailable],
    ['a failed fsync', 10 | (4 << 8), Unavailable],
    ['a database that another process holds', 5, Unavailable],
    ['a damaged page', 11, Misconfigured],
    ['a file without write permission', 8, Misconfigured],
  ])('tells %s', (_, errcode, kind) => {
    const error = Object.assign(new Error('from SQLite'), { errcode });
    expect(sqliteError(error, '/data/rollcall.db')).toBeInstanceOf(kind);
    expect(sqliteError(error, '/data/rollcall.db')).toMatchObject({ cause: error });
  });

  it('leaves bugs and refusals as they are', () => {
    const syntax = Object.assign(new Error('near "SELEC": syntax error'), { errcode: 1 });
    const refusal = new Conflict('taken');
    expect(sqliteError(syntax, 'x')).toBe(syntax);
    expect(sqliteError(refusal, 'x')).toBe(refusal);
  });
});
