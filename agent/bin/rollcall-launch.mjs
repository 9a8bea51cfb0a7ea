// What systemd starts: chooses between the packaged agent and a newer release that this device got, and becomes it.
import { fileURLToPath } from 'node:url';
import { becomeAgent, chooseApp } from '../src/release/launch.ts';

const packagedApp = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const publicKeyFile = process.env.ROLLCALL_AGENT_RELEASE_KEY_FILE;
const folder = process.env.ROLLCALL_AGENT_DATA_DIR;

const app = await chooseApp({
  packagedApp,
  ...(publicKeyFile && folder && { updates: { publicKeyFile, folder: `${folder}/releases` } }),
  warn: (text) => process.stderr.write(`${text}\n`),
});
// What a release compiles goes elsewhere: with one file more beside it, it would not be started again.
const cache = process.env.CACHE_DIRECTORY ?? (app === packagedApp ? undefined : `${folder}/compiled`);
becomeAgent(app, process.argv.slice(2), { ...process.env, ...(cache && { CACHE_DIRECTORY: cache }) });
