import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Whether a program is installed. */
export function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** Why tests with a clip are skipped, to be put behind the name of a suite. */
export const withoutFfmpeg = isInstalled('ffmpeg')
  ? ''
  : ' [skipped: no ffmpeg found; install it, e.g. apt-get install ffmpeg]';
