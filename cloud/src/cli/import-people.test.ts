import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Person } from '@rollcall/contract/person';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commandLine } from './command-for-tests.ts';

const header = 'externalId,name,groups,consentPolicy,consentGrantedAt,consentBy';
const consent = 'p1,2026-01-02T08:00:00Z,';

describe('people import', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-import-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = async (name: string, text: string) => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  };
  const csv = (...lines: string[]) => write('people.csv', `${lines.join('\r\n')}\r\n`);

  it('adds people with consent and photos, tells a result per row, and can be run again', async () => {
    const { run, engine } = await commandLine(folder);
    await csv(header, `4711,"Lang, Zoë",Office; Night,${consent}Zoë`, `A.1,Ben,,${consent}Ben`, 'A,Cem,,,,');
    await write('photos/4711.jpg', 'picture zoe:200');
    await write('photos/4711.2.png', 'picture zoe:180');
    await write('photos/A.1.jpg', 'picture ben:200');
    await write('photos/A/front.webp', 'picture cem:200');
    await write('photos/9999.jpg', 'picture x:200');
    const first = await run(['people', 'import', 'people.csv', '--photos', 'photos', '--json']);
    expect(JSON.parse(first.out)).toEqual([
      { externalId: '4711', outcome: 'added', photos: 2, problems: [] },
      { externalId: 'A.1', outcome: 'added', photos: 1, problems: [] },
      {
        externalId: 'A',
        outcome: 'added',
        photos: 0,
        problems: [expect.stringMatching(/^front\.webp: .*consent-missing/)],
      },
    ]);
    expect(first).toMatchObject({ code: 1, err: expect.stringMatching(/9999\.jpg: belongs to nobody/) });
    expect(engine.size).toBe(3);

    const { out, code } = await run(['people', 'import', 'people.csv']);
    expect(code).toBe(0);
    expect(out).toMatch(/4711 +unchanged +0\n.*A\.1 +unchanged[\s\S]*3 unchanged, 0 with problems/);
    await csv(header, `4711,Zoë Lang,Office,${consent}Zoë`, `A,Cem,,${consent}Cem`);
    const third = await run(['people', 'import', 'people.csv', '--photos', 'photos', '--json']);
    expect(JSON.parse(third.out)).toMatchObject([
      { externalId: '4711', outcome: 'changed', photos: 0 },
      { externalId: 'A', outcome: 'changed', photos: 1 },
    ]);
    const people = z.array(Person).parse(JSON.parse((await run(['people', 'list', '--json'])).out));
    expect(people.find((one) => one.externalId === '4711')).toMatchObject({
      name: 'Zoë Lang',
      groups: ['Office'],
      photoCount: 2,
    });
  });

  it('says which photo was refused and why, and goes on', async () => {
    const { run } = await commandLine(folder);
    await csv(header, `1,One,,${consent}One`, `2,Two,,${consent}Two`);
    await write('photos/1.jpg', 'picture');
    await write('photos/2.jpg', 'picture two:200');
    const { out, code } = await run(['people', 'import', 'people.csv', '--photos', 'photos', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual([
      { externalId: '1', outcome: 'added', photos: 0, problems: [expect.stringMatching(/^1\.jpg: .*\(no-face\)/)] },
      { externalId: '2', outcome: 'added', photos: 1, problems: [] },
    ]);
  });

  it('checks the whole file before it sends anything', async () => {
    const { run } = await commandLine(folder);
    await csv(header, '1,One,,,,', ',Two,,,,', '3,Three,,p1,yesterday,Three', '1,Again,,,,');
    const { code, err } = await run(['people', 'import', 'people.csv']);
    expect(code).toBe(1);
    expect(err).toMatch(/line 3, externalId/);
    expect(err).toMatch(/line 4, consentGrantedAt/);
    expect(err).toMatch(/line 5, externalId: 1 is in line 2 already/);
    expect((await run(['people', 'list'])).out).toBe('Nobody yet.\n');
  });

  it.each([
    ['a column that it does not know', 'externalId,name,shoes\n1,One,42\n', /shoes: expected one of externalId/],
    ['a header without names', 'externalId\n1\n', /name: this column is missing/],
    ['a row with too many cells', 'externalId,name\n1,One,Two\n', /no CSV that can be read/],
    ['a quote that never ends', 'externalId,name\n1,"One\n', /no CSV that can be read/],
  ])('refuses %s', async (_, text, message) => {
    const { run } = await commandLine(folder);
    await write('people.csv', text);
    expect(await run(['people', 'import', 'people.csv'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(message),
    });
  });

  it('reads what Excel writes, and only checks in a dry run', async () => {
    const { run } = await commandLine(folder);
    await write('people.csv', '\ufeffExternalId;Name;Groups\r\n1;"Özil; Max";"Office;Night"\r\n\r\n');
    const { out } = await run(['people', 'import', 'people.csv', '--dry-run', '--json']);
    expect(JSON.parse(out)).toEqual([{ externalId: '1', outcome: 'checked', photos: 0, problems: [] }]);
    expect((await run(['people', 'list'])).out).toBe('Nobody yet.\n');
  });

  it('says that a file or a folder is not there', async () => {
    const { run } = await commandLine(folder);
    expect(await run(['people', 'import', 'none.csv'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/none\.csv/),
    });
    await csv(header, '1,One,,,,');
    expect(await run(['people', 'import', 'people.csv', '--photos', 'none'])).toMatchObject({ code: 1 });
  });
});
