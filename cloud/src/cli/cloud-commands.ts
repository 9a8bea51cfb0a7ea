import type { Command } from 'commander';
import { z } from 'zod';
import { defaultPrefix } from '@rollcall/contract/topics';
import { invokeFunction } from './invoke-function.ts';
import type { Io } from './io.ts';
import type { GlobalOptions } from './target.ts';
import { textTable } from './text-table.ts';

interface CloudOptions extends GlobalOptions {
  readonly prefix: string;
}

const Created = z.object({ organization: z.object({ id: z.string(), name: z.string(), timeZone: z.string() }) });
const Key = z.object({ apiKey: z.string() });
const Listed = z.object({ organizations: z.array(z.object({ id: z.string(), createdAt: z.string() })) });
const Renewed = z.object({ renewed: z.string() });
const Replayed = z.object({ replayed: z.int(), left: z.int(), reason: z.string().optional() });

/** `organization create|key|list|renew-faces` and `replay`: what is done to a deployment on AWS, with AWS credentials and no API key. */
export function addCloudCommands(program: Command, io: Io, exit: (code: number) => void): void {
  addOrganizationCommands(program, io);
  withPrefix(program.command('replay'))
    .description(
      'hand dead letters (captures, uploads, … that failed again and again) to their functions once more; on AWS',
    )
    .option('--limit <count>', 'letters, at most', Number, 1_000)
    .action(async ({ limit }: { limit: number }, command: Command) => {
      const options = command.optsWithGlobals<CloudOptions>();
      const done = Replayed.parse(await invokeFunction(options.prefix, 'replay', { limit }));
      const left = done.left === 0 ? '' : `; ${done.left} left, the first because: ${done.reason ?? 'unknown'}`;
      say(io, options, done, `${done.replayed} replayed${left}.`);
      if (done.left > 0) exit(1);
    });
}

function addOrganizationCommands(program: Command, io: Io): void {
  const organization = program.command('organization').description('organizations of a deployment on AWS');
  withPrefix(organization.command('create'))
    .description('make an organization with a first site and door')
    .argument('<id>', '1 to 48 of a-z, 0-9 and -; it never changes')
    .option('--name <name>', 'as people read it')
    .option('--time-zone <zone>', 'IANA zone, such as Europe/Berlin')
    .action(async (id: string, { name, timeZone }: { name?: string; timeZone?: string }, command: Command) => {
      const options = command.optsWithGlobals<CloudOptions>();
      const event = { action: 'create', id, name, timeZone };
      const { organization: made } = Created.parse(await invokeFunction(options.prefix, 'organizations', event));
      say(io, options, made, `${made.id} is there: ${made.name}, ${made.timeZone}.`);
    });
  withPrefix(organization.command('key'))
    .description('make an API key with the role owner; it is shown here and nowhere again')
    .argument('<id>')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CloudOptions>();
      const made = Key.parse(await invokeFunction(options.prefix, 'organizations', { action: 'create-key', id }));
      say(io, options, made, made.apiKey);
    });
  addRenewFaces(organization, io);
  withPrefix(organization.command('list'))
    .description('all organizations of the deployment')
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<CloudOptions>();
      const { organizations } = Listed.parse(await invokeFunction(options.prefix, 'organizations', { action: 'list' }));
      const rows = organizations.map(({ id, createdAt }) => [id, createdAt]);
      say(io, options, organizations, textTable(['ORGANIZATION', 'SINCE'], rows, 'No organizations yet.').trimEnd());
    });
}

function addRenewFaces(organization: Command, io: Io): void {
  withPrefix(organization.command('renew-faces'))
    .description(
      'get an organization the newest face model of AWS: until its photos are indexed again nobody is recognized',
    )
    .argument('<id>')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CloudOptions>();
      const done = Renewed.parse(await invokeFunction(options.prefix, 'organizations', { action: 'renew-faces', id }));
      say(io, options, done, `${done.renewed} has the newest model; its photos are indexed again from now on.`);
    });
}

function withPrefix(command: Command): Command {
  return command.option('--prefix <prefix>', 'of the deployment', defaultPrefix);
}

function say(io: Io, options: GlobalOptions, value: unknown, words: string): void {
  io.out(options.json ? `${JSON.stringify(value, null, 2)}\n` : `${words}\n`);
}
