import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { Me } from '@rollcall/contract/access';
import { Device } from '@rollcall/contract/place';
import { AppError } from '@rollcall/kit/app-error';
import { ApiClient } from '../client/api-client.ts';
import type { Io } from './io.ts';
import { type GlobalOptions, type Target, targetOf } from './target.ts';

/** `warn`: it works, and somebody should look; `fail`: it does not. */
export interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly words: string;
}

const gigabyte = 1024 ** 3;
const clockToleranceMs = 5000;

/** Looks at this machine, then at the server as far as it can be reached. */
export async function* checkHealth(options: GlobalOptions, io: Io): AsyncGenerator<Finding, void> {
  yield { what: 'node', state: 'ok', words: `Node ${process.versions.node} on ${process.platform} ${process.arch}` };
  yield await ffmpeg(io);
  yield await disk(resolve(io.cwd, options.data), options);
  const target = await targetOf(options, io).catch((error: unknown) => {
    if (error instanceof AppError) return error;
    throw error;
  });
  if (target instanceof AppError) {
    yield { what: 'server', state: 'fail', words: target.message.replaceAll('\n', ' ') };
    return;
  }
  const client = new ApiClient({ ...target, fetch: io.fetch });
  const server = await reach(client, target);
  yield* server;
  if (server.some(({ state }) => state === 'fail')) return;
  yield* await access(client);
}

async function ffmpeg(io: Io): Promise<Finding> {
  try {
    const { stdout } = await promisify(execFile)('ffmpeg', ['-version'], { env: { PATH: io.env['PATH'] ?? '' } });
    return { what: 'ffmpeg', state: 'ok', words: stdout.split(' Copyright', 1)[0] ?? '' };
  } catch {
    return {
      what: 'ffmpeg',
      state: 'warn',
      words: 'not found: cameras of video files and streams need it (sudo apt-get install ffmpeg)',
    };
  }
}

async function disk(folder: string, { url }: GlobalOptions): Promise<Finding> {
  try {
    const { bavail, bsize, blocks } = await statfs(folder);
    const free = bavail * bsize;
    const words = `${(free / gigabyte).toFixed(1)} GB free for ${folder}`;
    const scarce = free < gigabyte || bavail / blocks < 0.02;
    return scarce
      ? { what: 'disk', state: 'warn', words: `only ${words}: free some space` }
      : { what: 'disk', state: 'ok', words };
  } catch {
    const words = `no data folder at ${folder}`;
    return url
      ? { what: 'disk', state: 'ok', words: `${words}: the server is elsewhere` }
      : { what: 'disk', state: 'warn', words: `${words}: say where it is with --data, or start Rollcall once` };
  }
}

async function reach(client: ApiClient, { url }: Target): Promise<Finding[]> {
  try {
    const startedAt = Date.now();
    const answer = await client.send('/healthz');
    const ms = Date.now() - startedAt;
    await client.send('/readyz');
    const ready: Finding = { what: 'server', state: 'ok', words: `${url} answers in ${ms} ms and is ready` };
    return [ready, ...clock(answer.headers.get('date'))];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [{ what: 'server', state: 'fail', words: `${url}: ${error.message}` }];
  }
}

/** The server's clock beside this one, which is only of interest when they are two machines. */
function clock(date: string | null): Finding[] {
  const offMs = date ? Math.abs(Date.parse(date) - Date.now()) : 0;
  if (offMs < clockToleranceMs) return [];
  const words = `this machine and the server differ by ${Math.round(offMs / 1000)} s: set one of them (timedatectl)`;
  return [{ what: 'clock', state: 'warn', words }];
}

async function access(client: ApiClient): Promise<Finding[]> {
  try {
    const me = await client.json(Me, '/v1/me');
    const who: Finding = { what: 'key', state: 'ok', words: `${me.role} of ${me.organizationId}` };
    return me.role === 'kiosk' ? [who] : [who, await devices(client)];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [{ what: 'key', state: 'fail', words: `${error.message} (${error.code}): give another with --key` }];
  }
}

async function devices(client: ApiClient): Promise<Finding> {
  const active: Device[] = [];
  for await (const device of client.all(Device, '/v1/devices')) if (device.state === 'active') active.push(device);
  const away = active.filter((device) => !device.online).map((device) => device.id);
  const ill = active.filter(
    (device) => device.online && ['silent', 'failed'].includes(device.health?.camera.state ?? ''),
  );
  const blind = active.flatMap(({ id, online, health }) => {
    const picture = online && health?.camera.state === 'ok' ? health.camera.picture : undefined;
    return picture === undefined || picture === 'ok' ? [] : [`${id} (${picture})`];
  });
  const words = [
    `${active.length} in service`,
    ...(away.length > 0 ? [`offline: ${away.join(', ')}`] : []),
    ...(ill.length > 0 ? [`camera does not deliver: ${ill.map((device) => device.id).join(', ')}`] : []),
    ...(blind.length > 0 ? [`picture shows no faces: ${blind.join(', ')}`] : []),
  ].join('; ');
  return { what: 'devices', state: away.length + ill.length + blind.length > 0 ? 'warn' : 'ok', words };
}
