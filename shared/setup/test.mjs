import { pnpm } from './packages.mjs';
import { prepare, root } from './prepare.mjs';
import { requirePrograms } from './programs.mjs';
import { endWith } from './setup-error.mjs';
import { supervise } from './supervise.mjs';

/** `npm test`: installs what is missing, then the whole gate. */
await endWith(async () => {
  requirePrograms(['ffmpeg', 'chromium', 'mosquitto_pub']);
  await prepare(async () => {});
  const [program = '', ...args] = pnpm;
  return supervise(program, [...args, 'check', ...process.argv.slice(2)], { cwd: root });
});
