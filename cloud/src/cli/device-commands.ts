import { parse } from '@rollcall/kit/parse';
import { DeviceConfigStatus } from '@rollcall/contract/device-config';
import { Device, DeviceDecommission } from '@rollcall/contract/place';
import type { Command } from 'commander';
import { z } from 'zod';
import { type DeviceActions, deviceActions } from './device-actions.ts';
import { deviceFacts } from './device-facts.ts';
import { type BatchOptions, linesOf, runDevices, takesMany } from './device-output.ts';
import type { DeviceAction } from './each-device.ts';
import type { Io } from './io.ts';
import { cameraWord } from './camera-word.ts';
import { clientOf, type GlobalOptions } from './target.ts';
import { textTable } from './text-table.ts';

interface DecommissionOptions extends BatchOptions {
  readonly deadline: string;
}

/** Hours that a device may take to come and be wiped. */
const Hours = z.coerce.number().pipe(DeviceDecommission.shape.deadlineHours.unwrap());

/** `device list|show|allow|assign|replace|rotate|revoke|decommission|remove`. @returns the command, for more of them. */
export function addDeviceCommands(program: Command, io: Io, exit: (code: number) => void): Command {
  const device = program.command('device').description('cameras: put into service, look after, take out');

  device
    .command('list')
    .description('devices, their state and their doors')
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const devices: Device[] = [];
      for await (const one of (await clientOf(options, io)).all(Device, '/v1/devices')) devices.push(one);
      io.out(options.json ? `${JSON.stringify(devices, null, 2)}\n` : tableOf(devices));
    });

  device
    .command('show')
    .description('all that is known of a device')
    .argument('<device>')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const client = await clientOf(options, io);
      const path = `/v1/devices/${encodeURIComponent(id)}`;
      const one = await client.json(Device, path);
      const config = await client.json(DeviceConfigStatus, `${path}/config`);
      const facts = () => textTable(['', ''], deviceFacts(one, config), '').trimStart();
      io.out(options.json ? `${JSON.stringify({ ...one, config }, null, 2)}\n` : facts());
    });

  /** A command that does one thing with a device, or with those of a file. */
  const act = (
    command: Command,
    columns: readonly string[],
    action: (actions: DeviceActions, options: DecommissionOptions) => DeviceAction,
    rowOf: (serial: string | undefined, second: string | undefined, options: { door?: string }) => object,
    needed: readonly string[] = [],
  ) =>
    takesMany(command, columns).action(async () => {
      const options = command.optsWithGlobals<DecommissionOptions & { door?: string }>();
      const [serial, second] = command.args;
      const lines = await linesOf(io, options, rowOf(serial, second, options), needed);
      const results = await runDevices(io, options, lines, action(deviceActions(await clientOf(options, io)), options));
      if (results.some(({ outcome }) => outcome === 'failed')) exit(1);
    });

  act(
    device
      .command('allow')
      .description('put a serial number on the allow-list, so that the device with it may register once')
      .argument('[serial]', 'serial number; it becomes the device id')
      .option('--door <door>', 'id of the door that its camera watches, of rollcall door list'),
    ['door'],
    ({ allow }) => allow,
    (serial, _, { door }) => ({ serial, ...(door === undefined ? {} : { door }) }),
  );
  act(
    device
      .command('assign')
      .description('say which door a device watches')
      .argument('[device]')
      .argument('[door]', 'its id, of rollcall door list; none: the device watches no door'),
    ['door'],
    ({ assign }) => assign,
    (serial, door) => ({ serial, ...(door === undefined ? {} : { door }) }),
    // An empty cell takes the door away; a list without doors must not take them all.
    ['door'],
  );
  act(
    device
      .command('replace')
      .description('let new hardware take over the door and the settings of a device, which is revoked')
      .argument('[device]', 'the old one')
      .argument('[by]', 'serial number of the new one; it is put on the allow-list'),
    ['by'],
    ({ replace }) => replace,
    (serial, by) => ({ serial, ...(by === undefined ? {} : { by }) }),
    ['by'],
  );
  act(
    device
      .command('rotate')
      .description('have a device get another key and certificate; the old ones end once it has come with them')
      .argument('[device]'),
    [],
    ({ rotate }) => rotate,
    alone,
  );
  act(
    device
      .command('revoke')
      .description('take a device’s access away, now; it can be allowed again')
      .argument('[device]'),
    [],
    ({ revoke }) => revoke,
    alone,
  );
  act(
    device
      .command('decommission')
      .description('have a device send what it has and wipe itself, then end its access')
      .argument('[device]')
      .option('--deadline <hours>', 'end its access then, even if it has not come to be wiped; 1 to 2160', '168'),
    [],
    ({ decommission }, { deadline }) => decommission(parse(Hours, deadline, '--deadline')),
    alone,
  );
  act(
    device.command('remove').description('revoke a device and forget it; what it sent stays').argument('[device]'),
    [],
    ({ remove }) => remove,
    alone,
  );
  return device;
}

function alone(serial: string | undefined) {
  return { serial };
}

function tableOf(devices: readonly Device[]): string {
  const rows = devices.map((device) => [
    device.id,
    device.state,
    device.online ? 'online' : 'offline',
    device.doorId ?? '-',
    device.lastSeenAt ?? 'never',
    device.health ? cameraWord(device.health.camera) : '-',
  ]);
  return textTable(['DEVICE', 'STATE', 'LINK', 'DOOR', 'LAST SEEN', 'CAMERA'], rows, 'No devices yet.');
}
