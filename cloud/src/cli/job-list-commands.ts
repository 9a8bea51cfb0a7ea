import { DeviceJob, isJobOver } from '@rollcall/contract/device-job';
import type { DeviceId } from '@rollcall/contract/ids';
import { pageOf } from '@rollcall/contract/page';
import { parse } from '@rollcall/kit/parse';
import type { Command } from 'commander';
import type { ApiClient } from '../client/api-client.ts';
import { DeviceRow } from './device-csv.ts';
import { type BatchOptions, linesOf, runDevices, takesMany } from './device-output.ts';
import type { DeviceAction } from './each-device.ts';
import type { Io } from './io.ts';
import { sendAgain } from './send-again.ts';
import { clientOf, type GlobalOptions } from './target.ts';
import { textTable } from './text-table.ts';

/** Jobs of a device that are looked at: more than wait for one at a time. */
const recent = 40;

/** `device jobs|cancel`: what cameras were asked, what became of it, and taking it back. */
export function addJobListCommands(device: Command, io: Io, exit: (code: number) => void): void {
  device
    .command('jobs')
    .description('what a camera was asked, by whomever, and what became of it; the newest first')
    .argument('<device>')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const { serial } = parse(DeviceRow, { serial: id }, 'the device');
      const jobs = await jobsOf(await clientOf(options, io), serial);
      io.out(options.json ? `${JSON.stringify(jobs, null, 2)}\n` : tableOf(jobs));
    });

  const cancel = takesMany(
    device
      .command('cancel')
      .description('cancel all that waits for a camera')
      .argument('[device]')
      .option('--force', 'also what it is at: what it has done stays done'),
  ).action(async () => {
    const options = cancel.optsWithGlobals<BatchOptions & { force?: boolean }>();
    const lines = await linesOf(io, options, { serial: cancel.args[0] });
    const client = await clientOf(options, io);
    const results = await runDevices(io, options, lines, canceling(client, options.force ?? false));
    if (results.some(({ outcome }) => outcome === 'failed')) exit(1);
  });
}

function canceling(client: ApiClient, force: boolean): DeviceAction {
  return async ({ serial }) => {
    const open = (await jobsOf(client, serial)).filter(({ status }) => !isJobOver(status));
    const wanted = open.filter(({ status }) => force || status === 'QUEUED');
    // The newest first: the device must not begin one while the one before it is canceled.
    for (const { id } of wanted) {
      await client.json(DeviceJob, `${pathOf(serial)}/${id}/cancel`, { method: 'POST', body: { force } });
    }
    const left = open.filter((job) => !wanted.includes(job)).map(({ kind }) => kind);
    const more = left.length === 0 ? '' : `; it is at ${left.join(', ')}, which --force cancels`;
    if (wanted.length === 0) return { outcome: 'already', detail: `nothing waits${more}` };
    return { outcome: 'done', detail: `canceled ${wanted.map(({ kind }) => kind).join(', ')}${more}` };
  };
}

async function jobsOf(client: ApiClient, device: DeviceId): Promise<DeviceJob[]> {
  const answer = await sendAgain(client, `${pathOf(device)}?limit=${recent}`);
  return pageOf(DeviceJob).parse(await answer.json()).items;
}

function tableOf(jobs: readonly DeviceJob[]): string {
  const rows = jobs.map(({ kind, status, queuedAt, updatedAt, details, id }) => [
    queuedAt,
    kind,
    status,
    isJobOver(status) ? updatedAt : '-',
    id,
    details['reason'] ?? '',
  ]);
  return textTable(['ASKED', 'KIND', 'STATE', 'ENDED', 'JOB', 'REASON'], rows, 'It was asked nothing in 90 days.');
}

function pathOf(device: DeviceId): string {
  return `/v1/devices/${encodeURIComponent(device)}/jobs`;
}
