import { Door, DoorInput } from '@rollcall/contract/place';
import { parse } from '@rollcall/kit/parse';
import type { Command } from 'commander';
import type { Io } from './io.ts';
import { clientOf, type GlobalOptions } from './target.ts';
import { textTable } from './text-table.ts';

interface AddOptions extends GlobalOptions {
  readonly id?: string;
  readonly site?: string;
  readonly direction: string;
}

/** `door list|add`: the doors that devices are assigned to, with the ids by which they are named there. */
export function addDoorCommands(program: Command, io: Io): void {
  const door = program.command('door').description('doors, to which cameras are assigned');
  door
    .command('list')
    .description('doors and their ids')
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const doors: Door[] = [];
      for await (const one of (await clientOf(options, io)).all(Door, '/v1/doors')) doors.push(one);
      const rows = doors.map(({ id, name, direction, siteId }) => [id, name, direction, siteId]);
      const table = () => textTable(['ID', 'NAME', 'DIRECTION', 'SITE'], rows, 'No doors yet.');
      io.out(options.json ? `${JSON.stringify(doors, null, 2)}\n` : table());
    });

  door
    .command('add')
    .description('add a door')
    .argument('<name>')
    .option('--id <id>', 'of a-z, 0-9 and -; default: made of the name')
    .option('--site <site>', 'default: the main one')
    .option('--direction <direction>', 'in, out or both', 'both')
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<AddOptions>();
      const { id, site, direction } = options;
      const given = { ...(id !== undefined && { id }), ...(site !== undefined && { siteId: site }) };
      const body = parse(DoorInput, { name, direction, ...given }, 'the door');
      const added = await (await clientOf(options, io)).json(Door, '/v1/doors', { method: 'POST', body });
      io.out(options.json ? `${JSON.stringify(added, null, 2)}\n` : `${added.name} is added: ${added.id}\n`);
    });
}
