import manifest from '../package.json' with { type: 'json' };

/** As `rollcall-agent --version` and the heartbeat say it. */
export const agentVersion: string = manifest.version;
