import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CheckReport } from '@rollcall/contract/check-report';
import { type DeviceJob, JobDocument } from '@rollcall/contract/device-job';
import { InvalidInput } from '@rollcall/kit/app-error';
import { parse } from '@rollcall/kit/parse';
import { writeDurably } from '@rollcall/kit/write-durably';
import type { Command } from 'commander';
import { checkText, verdictOf } from './check-text.ts';
import { type BatchOptions, runDevices } from './device-output.ts';
import { askForJob, followJob, reportOf } from './follow-job.ts';
import type { Io } from './io.ts';
import { linesFor, timeoutOf, timeoutWords } from './job-commands.ts';
import { Spinner } from './spinner.ts';
import { clientOf } from './target.ts';

interface CheckOptions extends BatchOptions {
  readonly seconds: string;
  readonly timeout?: string;
}

/** `device check`: has cameras look at live faces, and says which could be used and what to do at the door. */
export function addCheckCommand(device: Command, io: Io, exit: (code: number) => void): void {
  device
    .command('check')
    .description('what cameras see of faces now, against what recognition needs: walk past them meanwhile')
    .argument('[devices...]')
    .option('--seconds <count>', 'how long the camera looks, 3 to 60', '10')
    .option('--csv <file>', 'check every device of a CSV file with the column serial, a row each')
    .option('--at-once <count>', 'devices at once, 1 to 16', '4')
    .option('--timeout <seconds>', timeoutWords)
    .option('--out <path>', 'write the best frame: a JPEG file, or a folder for several')
    .addHelpText('after', '\nWho looks is on record. Exit code 1: at some door nobody could be recognized.')
    .action(async (ids: string[], _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CheckOptions>();
      if (!(await checkDevices(io, options, ids))) exit(1);
    });
}

/** @returns whether all doors are fit. */
async function checkDevices(io: Io, { out, ...options }: CheckOptions, ids: readonly string[]): Promise<boolean> {
  const document = parse(JobDocument, { kind: 'check', seconds: Number(options.seconds) }, 'the job');
  const [timeoutMs, longerMs] = [timeoutOf(options), 1_000 * Number(options.seconds)];
  const lines = await linesFor(io, options, ids);
  const client = await clientOf(options, io);
  const spinner = lines.length === 1 ? new Spinner(io) : undefined;
  const inFull = options.csv === undefined && !options.json;
  const results = await runDevices(io, options, lines, async ({ serial }) => {
    const asked = await askForJob(client, serial, document);
    const onLook = ({ status }: DeviceJob) => spinner?.show(`${serial}: ${waitingWords[status] ?? 'done'}`);
    const job = await followJob(client, asked, { timeoutMs, longerMs, onLook }).finally(() => spinner?.clear());
    const { still, ...check } = readCheck(await reportOf(client, job));
    if (out !== undefined) {
      const isFolder = lines.length > 1 || out.endsWith('/');
      const path = resolve(io.cwd, isFolder ? join(out, `${serial}.jpg`) : out);
      await mkdir(dirname(path), { recursive: true });
      await writeDurably(path, Buffer.from(still.image, 'base64'), { mode: 0o600 });
    }
    if (inFull) io.out(checkText(check));
    return { outcome: check.fit ? 'done' : 'failed', detail: verdictOf(check), check };
  });
  return results.every(({ outcome }) => outcome !== 'failed');
}

function readCheck(body: Uint8Array): CheckReport {
  let report: unknown;
  try {
    report = JSON.parse(Buffer.from(body).toString());
  } catch (cause) {
    throw new InvalidInput('what the device sent is no JSON', { cause });
  }
  return parse(CheckReport, report, 'what the device sent');
}

const waitingWords: Readonly<Record<string, string>> = {
  QUEUED: 'waits for the device',
  IN_PROGRESS: 'looks for faces: walk past the camera now',
  SUCCEEDED: 'waits for what it measured',
};
