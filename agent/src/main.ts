import { parseArgs } from 'node:util';
import { AppError, Misconfigured, misconfiguredExitCode } from '@rollcall/kit/app-error';
import { createLog } from '@rollcall/kit/log';
import { isDiskError } from './adapters/disk-error.ts';
import { agentVersion } from './agent-version.ts';
import { loadAgentConfig } from './config.ts';
import { runAgent } from './run-agent.ts';

const help = `rollcall-agent ${agentVersion}: watches a door and sends the few pictures that matter.

Usage: rollcall-agent --config agent.json

  --config FILE  its configuration; relative paths in it are relative to it
  --version      print the version and exit
  --help         print this and exit

ROLLCALL_AGENT_CAMERA, ROLLCALL_AGENT_DATA_DIR, ROLLCALL_AGENT_LOG_LEVEL and so on set top-level keys of the
configuration. SIGTERM and SIGINT end the open passage, send what can be sent within 5 s, and exit 0; the rest
is sent after the next start. Exit 78: the configuration is wrong, and nothing was started.
`;

/** The agent's command line. Resolves with the exit code; the SDK's threads go only with the process, so exit with it. */
export async function main(): Promise<number> {
  try {
    const { values } = parseArguments();
    if (values.help || values.version) {
      process.stdout.write(values.help ? help : `${agentVersion}\n`);
      return 0;
    }
    if (values.config === undefined) throw new Misconfigured('expected --config FILE; see --help');
    const config = loadAgentConfig(values.config, process.env);
    const log = createLog({ service: 'agent', level: config.logLevel });
    await untilStopped((signal) => runAgent(config, log, signal));
    return 0;
  } catch (error) {
    if (!(error instanceof AppError) && !isDiskError(error)) throw error;
    process.stderr.write(`rollcall-agent: ${error.message}\n`);
    return error instanceof Misconfigured ? misconfiguredExitCode : 1;
  }
}

function parseArguments() {
  try {
    return parseArgs({
      options: { config: { type: 'string' }, version: { type: 'boolean' }, help: { type: 'boolean' } },
      strict: true,
    });
  } catch (cause) {
    throw new Misconfigured(`${cause instanceof Error ? cause.message : String(cause)}; see --help`, { cause });
  }
}

/** Runs until a signal comes, or until the parent that started it with a channel is gone. */
async function untilStopped(run: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  process.on('SIGTERM', abort);
  process.on('SIGINT', abort);
  if (process.connected) process.on('disconnect', abort);
  // Between two frames or connections nothing else may keep the process alive.
  const alive = setInterval(() => {}, 60_000);
  try {
    await run(stop.signal);
  } finally {
    clearInterval(alive);
    if (process.connected) process.disconnect();
  }
}

if (import.meta.main) process.exit(await main());
