import { resolve } from 'node:path';
import { Attendance } from '@rollcall/contract/attendance';
import { writeDurably } from '@rollcall/kit/write-durably';
import { type Command, Option } from 'commander';
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
  if (options.format === 'csv' && !options.json) {
    return (await client.send(`/v1/attendance?${query.toString()}`, { accept: 'text/csv' })).text();
  }
  const rows: Attendance[] = [];
  for await (const row of client.all(Attendance, `/v1/attendance?${query.toString()}`)) rows.push(row);
  return `${JSON.stringify(rows, null, 2)}\n`;
}
