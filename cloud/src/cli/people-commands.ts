import { resolve } from 'node:path';
import { Person, PersonInput } from '@rollcall/contract/person';
import { parse } from '@rollcall/kit/parse';
import type { Command } from 'commander';
import { importPeople, type ImportResult } from './import-people.ts';
import { readPeopleCsv } from './people-csv.ts';
import type { Io } from './io.ts';
import { photosIn } from './photo-folder.ts';
import { ProgressBar } from './progress-bar.ts';
import { clientOf, type GlobalOptions } from './target.ts';
import { textTable } from './text-table.ts';

interface ImportOptions extends GlobalOptions {
  readonly photos?: string;
  readonly dryRun?: boolean;
}

interface AddOptions extends GlobalOptions {
  readonly email?: string;
  readonly group?: string[];
  readonly manual?: boolean;
}

const csvHelp = `
Columns, in any order: externalId and name; if wanted email, groups (separated by ;), method (face or manual),
and consentPolicy, consentGrantedAt (RFC 3339), consentBy: photos are accepted only where consent is recorded.

Photos are found by the external id: 4711.jpg, 4711.2.jpg, or any picture in a folder 4711 (jpg, png, webp).
Rows can be imported again: people are changed to what the file says, and get photos only if they have none.`;

/** `people list|add|import`. */
export function addPeopleCommands(program: Command, io: Io, exit: (code: number) => void): void {
  const people = program.command('people').description('people: list, add, import');

  people
    .command('list')
    .description('everybody, by name')
    .option('--query <text>', 'only those with this in their name or external id')
    .option('--group <name>', 'only this group')
    .action(async (given: { query?: string; group?: string }, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const query = new URLSearchParams();
      if (given.query) query.set('query', given.query);
      if (given.group) query.set('groupId', given.group);
      const found: Person[] = [];
      for await (const one of (await clientOf(options, io)).all(Person, `/v1/people?${query.toString()}`))
        found.push(one);
      io.out(options.json ? `${JSON.stringify(found, null, 2)}\n` : tableOf(found));
    });

  people
    .command('add')
    .description('add one person; photos follow in the dashboard, or by import')
    .argument('<externalId>', 'roll or staff number')
    .argument('<name>')
    .option('--email <address>')
    .option('--group <name...>', 'groups')
    .option('--manual', 'no face: marked by an admin')
    .action(async (externalId: string, name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<AddOptions>();
      const { email, group } = options;
      const given = { externalId, name, ...(email ? { email } : {}), ...(group ? { groups: group } : {}) };
      const input = parse(PersonInput, { ...given, ...(options.manual ? { method: 'manual' } : {}) }, 'the person');
      const one = await (await clientOf(options, io)).json(Person, '/v1/people', { method: 'POST', body: input });
      io.out(options.json ? `${JSON.stringify(one, null, 2)}\n` : `${one.name} is added, with the id ${one.id}.\n`);
    });

  people
    .command('import')
    .description('add or change people by a CSV file, with photos from a folder')
    .argument('<file>', 'CSV, UTF-8, with a header line')
    .option('--photos <folder>', 'pictures, named by external id')
    .option('--dry-run', 'only read and check file and folder')
    .addHelpText('after', csvHelp)
    .action(async (file: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ImportOptions>();
      const rows = await readPeopleCsv(resolve(io.cwd, file));
      const photos = await photosIn(options.photos && resolve(io.cwd, options.photos), rows);
      for (const stray of photos.strays) io.err(`${stray}: belongs to nobody in the file\n`);
      const results = options.dryRun
        ? rows.map(
            ({ input }): ImportResult => ({
              externalId: input.externalId,
              outcome: 'checked',
              photos: 0,
              problems: [],
            }),
          )
        : await importPeople(await clientOf(options, io), rows, photos.byExternalId, new ProgressBar(io, rows.length));
      io.out(options.json ? `${JSON.stringify(results, null, 2)}\n` : `${resultsOf(results)}\n${totalsOf(results)}\n`);
      if (results.some(({ problems }) => problems.length > 0)) exit(1);
    });
}

function tableOf(people: readonly Person[]): string {
  const rows = people.map((one) => [
    one.externalId,
    one.name,
    one.groups.join(', ') || '-',
    one.method === 'manual' ? 'manual' : `${one.photoCount} photo${one.photoCount === 1 ? '' : 's'}`,
    one.consent ? 'consent' : 'no consent',
    one.id,
  ]);
  return textTable(['EXTERNAL ID', 'NAME', 'GROUPS', 'FACE', 'CONSENT', 'ID'], rows, 'Nobody yet.');
}

function resultsOf(results: readonly ImportResult[]): string {
  const rows = results.map((one) => [one.externalId, one.outcome, `${one.photos}`, one.problems.join('; ')]);
  return textTable(['EXTERNAL ID', 'RESULT', 'PHOTOS', 'PROBLEMS'], rows, 'The file has no rows.');
}

function totalsOf(results: readonly ImportResult[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of results) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const withProblems = results.filter(({ problems }) => problems.length > 0).length;
  return [...[...counts].map(([outcome, count]) => `${count} ${outcome}`), `${withProblems} with problems`].join(', ');
}
