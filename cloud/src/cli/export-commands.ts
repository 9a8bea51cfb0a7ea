import { resolve } from 'node:path';
import { Attendance } from '@rollcall/contract/attendance';
import { AppError } from '@rollcall/kit/app-error';
import { writeDurably } from '@rollcall/kit/write-durably';
import { type Command, Option } from 'commander';
import type { ApiClient } from '../client/api-client.ts';
import { countDays, dayAfter } from '../domain/session-day.ts';
import type { Io } from './io.ts';
import { clientOf, type GlobalOptions } from './target.ts';

interface ExportOptions extends GlobalOptions {
  readonly from?: string;
  readonly to?: string;
  readonly group?: string;
  readonly format: 'csv' | 'json';
  readonly output?: string;
}

/** `export attendance`. */
export function addExportCommands(program: Command, io: Io): void {
  const group = program.command('export').description('write out what is recorded');
  group
    .command('attendance')
    .description('the register of a day or of several, as a file or on standard output')
    .option('--from <day>', 'first day, YYYY-MM-DD; default: today at the site')
    .option('--to <day>', 'last day, included; default: the first')
    .option('--group <name>', 'only this group')
    .addOption(new Option('--format <format>', 'of the output').choices(['csv', 'json']).default('csv'))
    .option('-o, --output <file>', 'where to write it; default: standard output')
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<ExportOptions>();
      const text = await register(options, io);
      if (options.output) await writeDurably(resolve(io.cwd, options.output), text, { mode: 0o600 });
      else io.out(text);
    });
}

async function register(options: ExportOptions, io: Io): Promise<string> {
  const client = await clientOf(options, io);
  const query = new URLSearchParams();
  const { from = options.to, to = options.from } = options;
  if (from) query.set('from', from);
  if (to) query.set('to', to);
  if (options.group) query.set('groupId', options.group);
  if (options.format === 'csv' && !options.json) return csvOf(client, query);
  const rows: Attendance[] = [];
  for await (const row of client.all(Attendance, `/v1/attendance?${query.toString()}`)) rows.push(row);
  return `${JSON.stringify(rows, null, 2)}\n`;
}

/** A deployment on AWS answers with no more than some 6 MB at once: what is longer is asked for in halves. */
async function csvOf(client: ApiClient, query: URLSearchParams): Promise<string> {
  try {
    return await (await client.send(`/v1/attendance?${query.toString()}`, { accept: 'text/csv' })).text();
  } catch (error) {
    const [from, to] = [query.get('from'), query.get('to')];
    const isTooLong = error instanceof AppError && error.code === 'too-large';
    if (!isTooLong || from === null || to === null || from >= to) throw error;
    const middle = dayAfter(from, Math.floor(countDays(from, to) / 2) - 1);
    const first = await csvOf(client, withDays(query, from, middle));
    const second = await csvOf(client, withDays(query, dayAfter(middle, 1), to));
    // Each begins with the header.
    return first + second.slice(second.indexOf('\n') + 1);
  }
}

function withDays(query: URLSearchParams, from: string, to: string): URLSearchParams {
  const changed = new URLSearchParams(query);
  changed.set('from', from);
  changed.set('to', to);
  return changed;
}
