import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type DeviceJob, JobDocument } from '@rollcall/contract/device-job';
import { InvalidInput } from '@rollcall/kit/app-error';
import { parse } from '@rollcall/kit/parse';
import { writeDurably } from '@rollcall/kit/write-durably';
import type { Command } from 'commander';
import { z } from 'zod';
import { type DeviceLine, DeviceRow, readDeviceCsv } from './device-csv.ts';
import { type BatchOptions, runDevices } from './device-output.ts';
import { askForJob, followJob, reportOf } from './follow-job.ts';
import type { Io } from './io.ts';
import { Spinner } from './spinner.ts';
import { clientOf } from './target.ts';

interface JobOptions extends BatchOptions {
  readonly wait: boolean;
  readonly timeout?: string;
  readonly lines?: string;
  readonly to?: string;
  readonly from?: string;
  readonly downgrade?: boolean;
}

/** Of `--timeout`. */
export const timeoutWords = 'how long to wait for each; default: 300 for one that is online, 0 for one that is not';

/** What a log may unpack to. */
const maxLogBytes = 16 * 1024 * 1024;

/** `device restart|logs|snapshot|update`: asks cameras from afar, and waits for what comes of it. */
export function addJobCommands(device: Command, io: Io, exit: (code: number) => void): void {
  const add = (name: string, description: string, kind: JobDocument['kind'], out?: string) =>
    withJobOptions(device.command(name).description(description), out).action(
      async (ids: string[], _, command: Command) => {
        const options = command.optsWithGlobals<JobOptions>();
        const document = parse(JobDocument, { kind, ...detailsOf(options) }, 'the job');
        if (!(await runJobs(io, options, await linesFor(io, options, ids), document))) exit(1);
        return undefined;
      },
    );

  add('restart', 'have cameras start again; who is at the door is waited for', 'restart');
  add('logs', 'the last lines of cameras’ logs', 'logs', 'a file, or a folder for several; default: print them').option(
    '--lines <count>',
    'lines, 1 to 5000',
    '500',
  );
  add(
    'snapshot',
    'what cameras see now, as JPEG; viewing is audited',
    'snapshot',
    'a file, or a folder for several; default: DEVICE.jpg here',
  );
  add('update', 'have cameras run another release of the agent, for as long as it works there', 'update')
    .requiredOption('--to <version>', 'such as 1.2.3')
    .requiredOption('--from <url>', 'the folder on a web server with the files of the release')
    .option('--downgrade', 'also to an older one than runs');
}

/** What is said of the job itself. */
function detailsOf({ lines, to, from, downgrade }: JobOptions) {
  return {
    ...(lines !== undefined && { lines: Number(lines) }),
    ...(to !== undefined && { version: to }),
    ...(from !== undefined && { url: from }),
    ...(downgrade && { downgrade }),
  };
}

function withJobOptions(command: Command, out?: string): Command {
  const common = command
    .argument('[devices...]')
    .option('--csv <file>', 'do it with every device of a CSV file with the column serial')
    .option('--at-once <count>', 'devices at once, 1 to 16', '4')
    .option('--no-wait', 'ask, and do not wait for what comes of it')
    .option('--timeout <seconds>', timeoutWords)
    .addHelpText('after', '\nA device that is offline does it when it is back. Exit code 1: not all are done.');
  return out === undefined ? common : common.option('--out <path>', out);
}

/** @returns whether all went well. */
async function runJobs(io: Io, options: JobOptions, lines: DeviceLine[], document: JobDocument): Promise<boolean> {
  const client = await clientOf(options, io);
  const timeoutMs = timeoutOf(options);
  const spinner = lines.length === 1 ? new Spinner(io) : undefined;
  // The one log is printed by itself, so that it can be piped.
  const prints = document.kind === 'logs' && options.out === undefined && lines.length === 1 && !options.json;
  const { out: _, ...rest } = options;
  const quiet = prints ? { ...io, out: () => {} } : io;
  const results = await runDevices(quiet, rest, lines, async ({ serial }) => {
    const asked = await askForJob(client, serial, document);
    if (!options.wait) return { outcome: 'done', detail: `asked, job ${asked.id}` };
    try {
      const onLook = ({ status }: DeviceJob) => spinner?.show(`${serial}: ${waitingWords[status] ?? 'done'}`);
      const job = await followJob(client, asked, { timeoutMs, onLook });
      spinner?.clear();
      if (document.kind === 'update') return { outcome: 'done', detail: `runs ${document.version}` };
      if (document.kind === 'restart')
        return { outcome: 'done', detail: `started again, ${job.details['version'] ?? ''}` };
      const body = unpacked(await reportOf(client, job));
      if (prints) {
        io.out(Buffer.from(body).toString());
        return { outcome: 'done', detail: '' };
      }
      const path = pathFor(io, options, serial, document.kind, lines.length > 1);
      await mkdir(dirname(path), { recursive: true });
      await writeDurably(path, body, { mode: 0o600 });
      return { outcome: 'done', detail: path };
    } finally {
      spinner?.clear();
    }
  });
  return results.every(({ outcome }) => outcome !== 'failed');
}

/** ms; undefined when nothing was said. @throws InvalidInput */
export function timeoutOf({ timeout }: { readonly timeout?: string }): number | undefined {
  if (timeout === undefined) return undefined;
  return 1_000 * parse(z.coerce.number().min(1).max(86_400), timeout, '--timeout');
}

/** The devices that were typed, or those of the file. @throws InvalidInput */
export async function linesFor(io: Io, options: BatchOptions, ids: readonly string[]): Promise<DeviceLine[]> {
  if ((ids.length === 0) === (options.csv === undefined)) {
    throw new InvalidInput('expected devices, or --csv with a file of them');
  }
  if (options.csv !== undefined) return readDeviceCsv(resolve(io.cwd, options.csv));
  return [...new Set(ids)].map((serial) => ({ serial, row: parse(DeviceRow, { serial }, 'the device') }));
}

function pathFor(io: Io, { out }: JobOptions, serial: string, kind: string, isOneOfMany: boolean): string {
  const name = `${serial}.${kind === 'logs' ? 'ndjson' : 'jpg'}`;
  if (out === undefined) return resolve(io.cwd, name);
  return resolve(io.cwd, isOneOfMany || out.endsWith('/') ? join(out, name) : out);
}

/** Whoever fetched it may have unpacked it already. */
function unpacked(body: Uint8Array): Uint8Array {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
  try {
    return gunzipSync(body, { maxOutputLength: maxLogBytes });
  } catch (cause) {
    throw new InvalidInput('what the device sent cannot be unpacked', { cause });
  }
}

const waitingWords: Readonly<Record<string, string>> = {
  QUEUED: 'waits for the device',
  IN_PROGRESS: 'the device is at it',
  SUCCEEDED: 'waits for what it brought',
};
