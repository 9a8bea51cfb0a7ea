import { resolve } from 'node:path';
import { Misconfigured } from '@rollcall/kit/app-error';
import { ApiClient } from '../client/api-client.ts';
import { credentialsFile, readCredentials } from '../handlers/credentials.ts';
import type { Io } from './io.ts';

/** Options of every command. */
export interface GlobalOptions {
  readonly url?: string;
  readonly key?: string;
  readonly data: string;
  readonly json?: boolean;
}

export interface Target {
  readonly url: string;
  readonly apiKey: string;
}

/**
 * Which server, with which key: what is typed, else ROLLCALL_URL and ROLLCALL_KEY, else the credentials in the data folder.
 * @throws Misconfigured when one of them is nowhere.
 */
export async function targetOf(options: GlobalOptions, io: Io): Promise<Target> {
  const stored = await readCredentials(resolve(io.cwd, options.data));
  const url = options.url ?? (io.env['ROLLCALL_URL'] || stored?.url);
  const apiKey = options.key ?? (io.env['ROLLCALL_KEY'] || stored?.apiKey);
  if (url && !isHttp(url)) throw new Misconfigured(`expected an address such as http://192.168.1.5:8080, got ${url}`);
  if (url && apiKey) return { url: url.replace(/\/+$/, ''), apiKey };
  const file = credentialsFile(resolve(io.cwd, options.data));
  throw new Misconfigured(
    `no ${url ? 'API key' : 'server'} given: ${file} is not there.\n` +
      'Give --url and --key (or ROLLCALL_URL and ROLLCALL_KEY), or --data with the data folder of a site edition.',
  );
}

function isHttp(url: string): boolean {
  return /^https?:$/.test(URL.parse(url)?.protocol ?? '');
}

/** @throws Misconfigured */
export async function clientOf(options: GlobalOptions, io: Io): Promise<ApiClient> {
  return new ApiClient({ ...(await targetOf(options, io)), fetch: io.fetch });
}
