import { resolve } from 'node:path';
import { InvalidInput } from '@rollcall/kit/app-error';
import { parse } from '@rollcall/kit/parse';
import { writeDurably } from '@rollcall/kit/write-durably';
import type { Command } from 'commander';
import { z } from 'zod';
import { type DeviceLine, DeviceRow, readDeviceCsv } from './device-csv.ts';
import { type DeviceAction, type DeviceResult, eachDevice } from './each-device.ts';
import type { Io } from './io.ts';
import { ProgressBar } from './progress-bar.ts';
import type { GlobalOptions } from './target.ts';
import { textTable } from './text-table.ts';

/** Of commands that take one device, or many. */
export interface BatchOptions extends GlobalOptions {
  readonly csv?: string;
  readonly out?: string;
  readonly atOnce: string;
}

/** Lines of a table that are seen at a glance. */
const shortTable = 20;

/** Gives a command the options of `BatchOptions`. @param columns of the file besides `serial` that it goes by. */
export function takesMany(command: Command, columns: readonly string[] = []): Command {
  const more = columns.length === 0 ? '' : `, and ${columns.join(', ')}`;
  return command
    .option('--csv <file>', `do it with every device of a CSV file; columns: serial${more}`)
    .option('--out <file>', 'write the results as CSV, too')
    .option('--at-once <count>', 'devices at once, 1 to 16', '4')
    .addHelpText(
      'after',
      `
A line that does not fit, or that the server refuses, fails by itself; the others are done. What is so already is said to be, so a file
may be run again until nothing fails. Exit code 1: some failed.`,
    );
}

/** The devices that a command is for. @param needed columns that a file must have. @throws InvalidInput */
export async function linesOf(
  io: Io,
  options: BatchOptions,
  typed: unknown,
  needed: readonly string[] = [],
): Promise<DeviceLine[]> {
  const serial = z.object({ serial: z.string() }).safeParse(typed).data?.serial;
  if ((serial === undefined) === (options.csv === undefined)) {
    throw new InvalidInput('expected one device, or --csv with a file of many');
  }
  if (options.csv !== undefined && z.object({ door: z.string() }).safeParse(typed).success) {
    throw new InvalidInput('expected --door for one device alone: of many, the column door says it');
  }
  if (options.csv !== undefined) return readDeviceCsv(resolve(io.cwd, options.csv), needed);
  const row = parse(DeviceRow, typed, 'the device');
  return [{ serial: row.serial, row }];
}

/** Does it with each, and says what came of it. @returns the results. */
export async function runDevices(
  io: Io,
  options: BatchOptions,
  lines: readonly DeviceLine[],
  act: DeviceAction,
): Promise<DeviceResult[]> {
  const atOnce = parse(z.coerce.number().int().min(1).max(16), options.atOnce, '--at-once');
  const results = await eachDevice(lines, atOnce, new ProgressBar(io, lines.length), act);
  if (options.out !== undefined) await writeDurably(resolve(io.cwd, options.out), csvOf(results), { mode: 0o644 });
  if (options.json)
    io.out(`${JSON.stringify(options.csv === undefined && lines.length === 1 ? results[0] : results, null, 2)}\n`);
  else if (options.csv === undefined) for (const result of results) tell(io, result);
  else io.out(`${tableOf(results)}\n${totalsOf(results)}\n${failuresOf(results)}`);
  return results;
}

function tell(io: Io, { serial, outcome, detail }: DeviceResult): void {
  if (outcome === 'failed') io.err(`${serial}: ${detail}\n`);
  else io.out(`${serial}: ${outcome === 'already' ? 'already: ' : ''}${detail}\n`);
}

function tableOf(results: readonly DeviceResult[]): string {
  const rows = results.map(({ line, serial, outcome, detail }) => [`${line ?? ''}`, serial, outcome, detail]);
  return textTable(['LINE', 'DEVICE', 'RESULT', 'DETAIL'], rows, 'The file has no lines.');
}

function totalsOf(results: readonly DeviceResult[]): string {
  const count = (outcome: DeviceResult['outcome']) => results.filter((one) => one.outcome === outcome).length;
  return `${count('done')} done, ${count('already')} were so already, ${count('failed')} failed`;
}

/** Once more below a table that is longer than a screen. */
function failuresOf(results: readonly DeviceResult[]): string {
  if (results.length <= shortTable) return '';
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  return failed.map(({ line, serial, detail }) => `line ${line}, ${serial}: ${detail}\n`).join('');
}

function csvOf(results: readonly DeviceResult[]): string {
  const rows = results.map(({ line, serial, outcome, detail }) => [`${line ?? ''}`, serial, outcome, detail]);
  return [['line', 'serial', 'result', 'detail'], ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** RFC 4180. A spreadsheet would take a serial number that begins so for a formula. */
function cell(text: string): string {
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
