import type { Role } from '@rollcall/contract/access';
import { reachApp } from '../client/api-client-for-tests.ts';
import { testApp } from '../http/app-for-tests.ts';
import type { Io } from './io.ts';
import { runCommand } from './run-command.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs commands in `cwd` against an API without a server. */
export async function commandLine(
  cwd: string,
  role: Exclude<Role, 'owner'> = 'admin',
  parts: Parameters<typeof testApp>[0] = {},
) {
  const { app, deps, engine } = testApp(parts);
  const { url, apiKey, fetch } = await reachApp(app, role);
  const env = { ROLLCALL_URL: url, ROLLCALL_KEY: apiKey, PATH: process.env['PATH'] };
  const run = async (args: readonly string[], changes: Partial<Io> = {}): Promise<Ran> => {
    let [out, err] = ['', ''];
    const io: Io = {
      env,
      cwd,
      out: (text) => void (out += text),
      err: (text) => void (err += text),
      watched: false,
      now: () => deps.clock.now(),
      fetch,
      ...changes,
    };
    const code = await runCommand(args, io);
    return { code, out, err };
  };
  return { run, app, deps, engine };
}
