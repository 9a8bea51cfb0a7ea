import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError } from './setup-error.mjs';

/**
 * Programs that npm does not have.
 * @type {Record<string, { commands: string[], debian: string, mac: string, for: string }>}
 */
const known = {
  ffmpeg: { commands: ['ffmpeg'], debian: 'ffmpeg', mac: 'ffmpeg', for: 'reading video' },
  chromium: {
    commands: ['chromium', 'chromium-browser', 'google-chrome'],
    debian: 'chromium',
    mac: '--cask chromium',
    for: 'the browser tests',
  },
  mosquitto_pub: {
    commands: ['mosquitto_pub'],
    debian: 'mosquitto-clients',
    mac: 'mosquitto',
    for: 'the tests with another MQTT client',
  },
};

/**
 * @param {(keyof typeof known)[]} names
 * @param {string} [path] as the variable PATH
 * @throws {SetupError} naming every program that is missing and how to get it
 */
export function requirePrograms(names, path = process.env.PATH) {
  const missing = names.map((name) => known[name]).filter((program) => !program.commands.some((c) => isOn(path, c)));
  if (missing.length === 0) return;
  const lines = missing.map((program) => `  ${program.commands[0]}, for ${program.for}`);
  throw new SetupError(
    [
      'Missing on this machine:',
      ...lines,
      'Install with:',
      `  Debian, Ubuntu, Raspberry Pi OS:  sudo apt-get install ${missing.map((p) => p.debian).join(' ')}`,
      `  macOS:  brew install ${missing.map((p) => p.mac).join(' ')}`,
    ].join('\n'),
  );
}

/**
 * @param {string | undefined} path
 * @param {string} command
 */
function isOn(path, command) {
  return (path ?? '').split(delimiter).some((folder) => {
    const file = join(folder || '.', process.platform === 'win32' ? `${command}.exe` : command);
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}
