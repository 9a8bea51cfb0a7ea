import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DeviceClaim, type DeviceClaimCreated } from '@rollcall/contract/device-claim';
import { InvalidInput } from '@rollcall/kit/app-error';
import { parse } from '@rollcall/kit/parse';
import type { Command } from 'commander';
import { z } from 'zod';
import { brokerHost, makeClaim, readClaim, saveClaim } from './claim-bundle.ts';
import { deviceActions } from './device-actions.ts';
import { checkDeviceFolder, writeDeviceFiles } from './device-files.ts';
import { type BatchOptions, linesOf, runDevices, takesMany } from './device-output.ts';
import type { DeviceAction } from './each-device.ts';
import type { Io } from './io.ts';
import { clientOf, type GlobalOptions, targetOf } from './target.ts';
import { textTable } from './text-table.ts';

interface PrepareOptions extends BatchOptions {
  readonly door?: string;
  readonly camera: string;
  readonly mqttHost?: string;
  readonly claim?: string;
  readonly days: string;
  readonly boot: string;
  readonly to: string;
  readonly name?: string;
}

const Days = z.coerce.number().int().min(1).max(365);

/** `device claim|prepare`, and `claim list|revoke`. @param device the command of devices */
export function addClaimCommands(program: Command, device: Command, io: Io, exit: (code: number) => void): void {
  const claim = forFirstContact(
    takesMany(device.command('claim'), ['door', 'camera'])
      .description('allow devices, and write what each needs for first contact: configuration and claim')
      .argument('[serial]'),
  )
    .requiredOption('--to <folder>', 'gets a folder for each device, to be put on its memory card, and claim.json')
    .option('--name <name>', 'of the claim; default: the name of the folder')
    .action(async () => {
      const options = claim.optsWithGlobals<PrepareOptions>();
      const [serial] = claim.args;
      const lines = await linesOf(io, options, { serial, ...given(options) });
      const to = resolve(io.cwd, options.to);
      await mkdir(to, { recursive: true, mode: 0o700 });
      const bundle = await claimFor(
        options,
        join(to, 'claim.json'),
        options.name ?? (to.split('/').at(-1) || 'devices'),
      );
      const write = await writer(options, bundle);
      const results = await runDevices(io, options, lines, async (row) => {
        const folder = join(to, row.serial);
        await mkdir(folder, { recursive: true, mode: 0o700 });
        return write(row, folder);
      });
      if (results.some(({ outcome }) => outcome === 'failed')) exit(1);
    });

  const prepare = forFirstContact(
    device
      .command('prepare')
      .description('allow a device, and write its configuration and a claim onto its memory card')
      .argument('<serial>'),
  )
    .requiredOption('--boot <folder>', 'the mounted boot partition, or any folder; files go to rollcall/ in it')
    .action(async (serial: string) => {
      const options = { ...prepare.optsWithGlobals<PrepareOptions>(), atOnce: '1' };
      const folder = resolve(io.cwd, options.boot);
      const lines = await linesOf(io, options, { serial, ...given(options) });
      for (const { row } of lines) if (row) await checkDeviceFolder(folder, row.serial);
      const file = options.claim === undefined ? undefined : resolve(io.cwd, options.claim);
      const bundle = await claimFor(options, file, `card of ${serial}`);
      const write = await writer(options, bundle);
      const results = await runDevices(io, options, lines, (row) => write(row, folder));
      if (results.every(({ outcome }) => outcome === 'done')) return;
      // Made for this card alone, which was not written: nobody needs it.
      if (file === undefined) await (await clientOf(options, io)).send(pathOf(bundle.id), { method: 'POST' });
      if (results.some(({ outcome }) => outcome === 'failed')) exit(1);
    });

  addLists(program, io);

  /** The claim of a batch: the one that was kept, or a new one, kept before anything is made with it. */
  async function claimFor(
    options: PrepareOptions,
    file: string | undefined,
    name: string,
  ): Promise<DeviceClaimCreated> {
    const chosen = options.claim === undefined ? file : resolve(io.cwd, options.claim);
    const client = await clientOf(options, io);
    const kept = chosen === undefined ? undefined : await readClaim(client, chosen, io.now());
    if (kept) return kept;
    if (options.claim !== undefined) throw new InvalidInput(`there is no claim in ${chosen}`);
    const made = await makeClaim(client, name.slice(0, 80), parse(Days, options.days, '--days'));
    if (chosen !== undefined) await saveClaim(chosen, made);
    return made;
  }

  async function writer(options: PrepareOptions, bundle: DeviceClaimCreated) {
    const { url } = await targetOf(options, io);
    const { allow } = deviceActions(await clientOf(options, io));
    const mqttHost = brokerHost(bundle, url, options.mqttHost);
    if (/^(127\.|::1$|localhost$)/.test(mqttHost)) {
      io.err(
        `The broker is at ${mqttHost}, which devices elsewhere cannot reach: start the site with --host 0.0.0.0, or give --mqtt-host.\n`,
      );
    }
    return async (row: Parameters<DeviceAction>[0], folder: string): ReturnType<DeviceAction> => {
      const { serial, camera = options.camera } = row;
      await checkDeviceFolder(folder, serial);
      const allowed = await allow(row);
      if (allowed.detail === 'has registered') {
        return {
          outcome: 'already',
          detail: 'has registered, and needs no claim; revoke it first to let it come anew',
        };
      }
      const { target, wasThere } = await writeDeviceFiles({ folder, serial, camera, mqttHost, claim: bundle });
      const outcome = wasThere && allowed.outcome === 'already' ? 'already' : 'done';
      return { outcome, detail: `${allowed.detail}; ${target}` };
    };
  }
}

function forFirstContact(command: Command): Command {
  return command
    .option('--door <door>', 'id of the door that its camera watches, of rollcall door list')
    .option('--camera <uri>', 'of the device', 'rpicam:')
    .option('--mqtt-host <host>', 'where devices reach the broker; default: as the server says')
    .option('--claim <file>', 'use this claim.json rather than make a claim')
    .option('--days <count>', 'for which a claim that is made counts', '30');
}

function given({ door, camera }: PrepareOptions) {
  return { ...(door === undefined ? {} : { door }), camera };
}

function addLists(program: Command, io: Io): void {
  const claim = program.command('claim').description('claims: what new devices come with');
  claim
    .command('list')
    .description('claims, the newest first')
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const claims: DeviceClaim[] = [];
      for await (const one of (await clientOf(options, io)).all(DeviceClaim, '/v1/device-claims')) claims.push(one);
      const rows = claims.map((one) => [one.name, one.revoked ? 'revoked' : (one.expiresAt ?? 'no end'), one.id]);
      io.out(
        options.json
          ? `${JSON.stringify(claims, null, 2)}\n`
          : textTable(['CLAIM', 'UNTIL', 'ID'], rows, 'No claims yet.'),
      );
    });
  claim
    .command('revoke')
    .description('end a claim: no device comes with it any more; those that did stay')
    .argument('<id>')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const one = await (await clientOf(options, io)).json(DeviceClaim, pathOf(id), { method: 'POST' });
      io.out(options.json ? `${JSON.stringify(one, null, 2)}\n` : `${one.name} is revoked.\n`);
    });
}

function pathOf(id: string): string {
  return `/v1/device-claims/${encodeURIComponent(id)}/revoke`;
}
