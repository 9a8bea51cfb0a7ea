import { Device } from '@rollcall/contract/place';
import type { Command } from 'commander';
import type { Io } from './io.ts';
import { clientOf, type GlobalOptions } from './target.ts';
import { textTable } from './text-table.ts';

/** `device list|allow|assign|revoke|remove`. */
export function addDeviceCommands(program: Command, io: Io): void {
  const device = program.command('device').description('cameras: put into service, assign to doors, take out');
  const show = (options: GlobalOptions, one: Device, words: string) =>
    io.out(options.json ? `${JSON.stringify(one, null, 2)}\n` : `${words}\n`);

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
    .command('allow')
    .description('put a serial number on the allow-list, so that the device with it may register once')
    .argument('<serial>', 'serial number; it becomes the device id')
    .option('--door <door>', 'the door that its camera watches')
    .action(async (id: string, { door }: { door?: string }, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const body = { id, ...(door ? { doorId: door } : {}) };
      const one = await (await clientOf(options, io)).json(Device, '/v1/devices', { method: 'POST', body });
      show(options, one, `${one.id} may register once.`);
    });

  device
    .command('assign')
    .description('say which door a device watches')
    .argument('<device>')
    .argument('[door]', 'none: the device watches no door')
    .action(async (id: string, door: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const send = { method: 'PATCH', body: { doorId: door ?? null } } as const;
      const one = await (await clientOf(options, io)).json(Device, pathOf(id), send);
      show(options, one, one.doorId ? `${one.id} watches ${one.doorId}.` : `${one.id} watches no door.`);
    });

  device
    .command('revoke')
    .description('take a device’s access away, now; it can be allowed again')
    .argument('<device>')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const one = await (await clientOf(options, io)).json(Device, `${pathOf(id)}/revoke`, { method: 'POST' });
      show(options, one, `${one.id} is revoked.`);
    });

  device
    .command('remove')
    .description('revoke a device and forget it; what it sent stays')
    .argument('<device>')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await (await clientOf(options, io)).send(pathOf(id), { method: 'DELETE' });
      io.out(options.json ? `${JSON.stringify({ id })}\n` : `${id} is gone.\n`);
    });
}

function pathOf(id: string): string {
  return `/v1/devices/${encodeURIComponent(id)}`;
}

function tableOf(devices: readonly Device[]): string {
  const rows = devices.map((device) => [
    device.id,
    device.state,
    device.online ? 'online' : 'offline',
    device.doorId ?? '-',
    device.lastSeenAt ?? 'never',
    device.health?.camera.state ?? '-',
  ]);
  return textTable(['DEVICE', 'STATE', 'LINK', 'DOOR', 'LAST SEEN', 'CAMERA'], rows, 'No devices yet.');
}
