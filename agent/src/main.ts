import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { AgentConfig } from '@rollcall/contract/agent-config';
import { AppError, Misconfigured, misconfiguredExitCode, restartExitCode } from '@rollcall/kit/app-error';
import { createLog, silentLog } from '@rollcall/kit/log';
import { isDiskError } from './adapters/disk-error.ts';
import { LogFile } from './adapters/log-file.ts';
import { agentVersion } from './agent-version.ts';
import { loadAgentConfig } from './config.ts';
import { runAgent } from './run-agent.ts';

const help = `rollcall-agent ${agentVersion}: watches a door and sends the few pictures that matter.

Usage: rollcall-agent --config agent.json
       rollcall-agent doctor --config agent.json [--picture FILE.png] [--json]
       rollcall-agent parked --config agent.json --to DIR

  doctor         checks disk, clock, certificate, network and camera, says what to do, and shows what the camera sees: on a
                 terminal that draws sixels, else as a PNG. Exit 1: something does not work. The agent may run meanwhile
  parked         writes what could not be delivered to DIR, to be looked at, and says why. The agent may run meanwhile
  --config FILE  its configuration; relative paths in it are relative to it
                 [default of doctor and parked: /var/lib/rollcall/agent.json]
  --version      print the version and exit
  --help         print this and exit

ROLLCALL_AGENT_CAMERA, ROLLCALL_AGENT_DATA_DIR, ROLLCALL_AGENT_LOG_LEVEL and so on set top-level keys of the
configuration. SIGTERM and SIGINT end the open passage, send what can be sent within 5 s, and exit 0; the rest
is sent after the next start. Exit 75: it was asked from afar to be started again. Exit 78: the configuration is
wrong, and nothing was started.
`;

const commands = new Set(['doctor', 'parked']);

/** Where the package’s unit has it. */
const packagedConfig = '/var/lib/rollcall/agent.json';

/** The agent's command line. Resolves with the exit code; the SDK's threads go only with the process, so exit with it. */
export async function main(): Promise<number> {
  try {
    const { values, positionals } = parseArguments();
    if (values.help || values.version) {
      process.stdout.write(values.help ? await wholeHelp() : `${agentVersion}\n`);
      return 0;
    }
    const [command] = positionals;
    const file = values.config ?? (command === undefined ? undefined : packagedConfig);
    if (file === undefined) throw new Misconfigured('expected --config FILE; see --help');
    const configFile = resolve(file);
    const config = loadAgentConfig(configFile, process.env, { readOnly: command !== undefined });
    if (command === 'parked') return await showParked(config, values.to);
    if (command === 'doctor') {
      const { doctor } = await import('./doctor/doctor.ts');
      return await doctor({ config, ...(values.picture && { picture: values.picture }), json: values.json ?? false });
    }
    const ownLog = new LogFile(config.dataDir);
    const log = createLog({ service: 'agent', level: config.logLevel, also: (line) => ownLog.write(line) });
    const ended = await untilStopped((signal) =>
      runAgent({ config, configFile, log, ownLog, environment: process.env, signal }),
    );
    return ended === 'restart' ? restartExitCode : 0;
  } catch (error) {
    if (!(error instanceof AppError) && !isDiskError(error)) throw error;
    process.stderr.write(`rollcall-agent: ${error.message}\n`);
    return error instanceof Misconfigured ? misconfiguredExitCode : 1;
  }
}

async function wholeHelp(): Promise<string> {
  const { configHelp } = await import('./config-help.ts');
  return `${help}\n${configHelp()}`;
}

async function showParked({ dataDir, outbox }: Readonly<AgentConfig>, to: string | undefined): Promise<number> {
  if (to === undefined) throw new Misconfigured('parked: expected --to DIR, where to write what was parked');
  const { readParked } = await import('./adapters/read-parked.ts');
  const found = await readParked({ dataDir, keyFile: outbox.keyFile, to: resolve(to), log: silentLog });
  for (const { file, why, written } of found) {
    process.stdout.write(`${file}: ${why}${written.length > 0 ? ` → ${written.join(', ')}` : ''}\n`);
  }
  process.stdout.write(`${found.length} parked\n`);
  return 0;
}

function parseArguments() {
  try {
    const parsed = parseArgs({
      options: {
        config: { type: 'string' },
        picture: { type: 'string' },
        to: { type: 'string' },
        json: { type: 'boolean' },
        version: { type: 'boolean' },
        help: { type: 'boolean' },
      },
      allowPositionals: true,
      strict: true,
    });
    const unknown = parsed.positionals.filter((word, place) => place > 0 || !commands.has(word));
    if (unknown.length > 0) throw new Error(`unknown command ${unknown.join(' ')}`);
    return parsed;
  } catch (cause) {
    throw new Misconfigured(`${cause instanceof Error ? cause.message : String(cause)}; see --help`, { cause });
  }
}

/** Runs until a signal comes, or until the parent that started it with a channel is gone. */
async function untilStopped<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  process.on('SIGTERM', abort);
  process.on('SIGINT', abort);
  if (process.connected) process.on('disconnect', abort);
  // Between two frames or connections nothing else may keep the process alive.
  const alive = setInterval(() => {}, 60_000);
  try {
    return await run(stop.signal);
  } finally {
    clearInterval(alive);
    if (process.connected) process.disconnect();
  }
}

if (import.meta.main) process.exit(await main());
