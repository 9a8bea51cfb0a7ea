import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DeviceConfigStatus } from '@rollcall/contract/device-config';
import { InvalidInput } from '@rollcall/kit/app-error';
import { isJsonObject, type JsonObject, mergePatch, sameJson } from '@rollcall/kit/merge-patch';
import { parse } from '@rollcall/kit/parse';
import type { Command } from 'commander';
import { z } from 'zod';
import { type ConfigClient, configClient } from './config-client.ts';
import { type BatchOptions, linesOf, runDevices, takesMany } from './device-output.ts';
import type { DeviceAction } from './each-device.ts';
import type { Io } from './io.ts';
import { clientOf } from './target.ts';

interface ConfigOptions extends BatchOptions {
  readonly set?: readonly string[];
  readonly unset?: readonly string[];
  readonly file?: string;
  readonly wait: string;
}

/** `device config`: what is set on cameras from afar, and setting it. */
export function addConfigCommands(device: Command, io: Io, exit: (code: number) => void): void {
  const command = takesMany(
    device
      .command('config')
      .description('what is set on a camera from afar and what is in effect; with --set, --unset or --file: change it')
      .argument('[device]')
      .option('--set <key=value>', 'set one, as motion.minArea=0.02; may be repeated', collect)
      .option('--unset <key>', 'take one back to what agent.json has; may be repeated', collect)
      .option('--file <json>', 'set all that the file has, and take back all else')
      .option('--wait <seconds>', 'for cameras that are online to take it on', '20'),
  );
  command.action(async () => {
    const options = command.optsWithGlobals<ConfigOptions>();
    const lines = await linesOf(io, options, { serial: command.args[0] });
    const change = await changeOf(io, options);
    const waitMs = 1_000 * parse(z.coerce.number().min(0).max(3_600), options.wait, '--wait');
    const client = configClient(await clientOf(options, io));
    const serial = lines[0]?.row?.serial;
    if (!change && options.csv === undefined && serial !== undefined) {
      const status = await client.read(serial);
      io.out(options.json ? `${JSON.stringify(status, null, 2)}\n` : textOf(status));
      return;
    }
    const action = change ? setting(client, change, waitMs) : reading(client);
    const results = await runDevices(io, options, lines, action);
    if (results.some(({ outcome }) => outcome === 'failed')) exit(1);
  });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** What to make of the settings, and how to ask for it. */
interface Change {
  readonly method: 'PUT' | 'PATCH';
  readonly body: JsonObject;
}

async function changeOf(io: Io, { set = [], unset = [], file }: ConfigOptions): Promise<Change | undefined> {
  if (file !== undefined) {
    if (set.length + unset.length > 0) throw new InvalidInput('expected either --file, or --set and --unset');
    return { method: 'PUT', body: await readSettings(resolve(io.cwd, file)) };
  }
  if (set.length + unset.length === 0) return undefined;
  const parts = [...set.map(assignment), ...unset.map((key) => nested(key, null))];
  return { method: 'PATCH', body: parts.reduce(joined, {}) };
}

async function readSettings(path: string): Promise<JsonObject> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new InvalidInput(`cannot read JSON in ${path}`, { cause });
  }
  if (isJsonObject(value)) return value;
  throw new InvalidInput(`expected an object of settings in ${path}`);
}

/** `motion.minArea=0.02`; what is no JSON is text. */
function assignment(text: string): JsonObject {
  const [, key, value = ''] = /^([\w.]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined) throw new InvalidInput(`expected --set key=value, such as motion.minArea=0.02, got ${text}`);
  try {
    return nested(key, JSON.parse(value));
  } catch {
    return nested(key, value);
  }
}

function nested(path: string, value: unknown): JsonObject {
  const [first = '', ...rest] = path.split('.');
  return { [first]: rest.length > 0 ? nested(rest.join('.'), value) : value };
}

/** Keeps the nulls, by which a patch removes. */
function joined(a: JsonObject, b: JsonObject): JsonObject {
  const entries = Object.entries(b).map(([key, value]) => {
    const before = a[key];
    return [key, isJsonObject(before) && isJsonObject(value) ? joined(before, value) : value];
  });
  return { ...a, ...Object.fromEntries(entries) };
}

function reading(client: ConfigClient): DeviceAction {
  return async ({ serial }) => {
    const status = await client.read(serial);
    if (status.state === 'refused') return { outcome: 'failed', detail: wordsOf(status) };
    return { outcome: 'done', detail: `${wordsOf(status)}: ${JSON.stringify(status.desired)}` };
  };
}

function setting(client: ConfigClient, { method, body }: Change, waitMs: number): DeviceAction {
  return async ({ serial }) => {
    const before = await client.read(serial);
    const wanted = method === 'PUT' ? body : mergePatch(before.desired, body);
    const isSo = before.state !== 'refused' && sameJson(wanted, before.desired);
    const status = isSo ? before : await client.write(serial, method, body);
    const after = status.state === 'waiting' ? await client.follow(serial, status, waitMs) : status;
    if (after.state === 'refused') return { outcome: 'failed', detail: wordsOf(after) };
    return { outcome: isSo ? 'already' : 'done', detail: wordsOf(after) };
  };
}

function wordsOf({ state, version, problem }: DeviceConfigStatus): string {
  if (version === 0 && state === 'waiting') return 'nothing is set from afar';
  if (state === 'refused') return `version ${version} is refused: ${problem}`;
  return state === 'waiting' ? `version ${version} waits for the camera` : `version ${version} is in effect`;
}

function textOf(status: DeviceConfigStatus): string {
  const { desired, reported } = status;
  const lines = [wordsOf(status), `set from afar: ${JSON.stringify(desired, null, 2)}`];
  if (reported) lines.push(`in effect: ${JSON.stringify(reported, null, 2)}`);
  return `${lines.join('\n')}\n`;
}
