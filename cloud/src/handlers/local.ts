import { PassThrough, type Writable } from 'node:stream';
import { AppError, Conflict, Misconfigured, misconfiguredExitCode } from '@rollcall/kit/app-error';
import { createLog } from '@rollcall/kit/log';
import { PinoPretty } from 'pino-pretty';
import { credentialsFile } from './credentials.ts';
import { type RunningSite, startSite } from './site.ts';
import { siteHelp, type SiteOptions, siteOptions } from './site-options.ts';

/** The site edition as a process: `npm start`. SIGTERM and SIGINT drain and exit 0. */
const output = logOutput();
// Whoever read the log is gone; the doors are still there.
process.stdout.on('error', () => {});
try {
  const from = process.env['INIT_CWD'] ?? process.cwd();
  const options = siteOptions(process.argv.slice(2), process.env, from);
  if (options === 'help') process.stdout.write(`${siteHelp()}\n`);
  else await run(options);
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  process.stderr.write(`\n${error.message}\n`);
  // As after a stop: nothing that is left open may keep a site alive that has not started.
  process.exit(error instanceof Misconfigured || error instanceof Conflict ? misconfiguredExitCode : 1);
}

async function run(options: SiteOptions): Promise<void> {
  const stopAsked = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
    // Whoever started this process with a channel to it is gone.
    process.once('disconnect', () => resolve('disconnect'));
  });
  const log = createLog({ service: 'site', level: options.logLevel, destination: output });
  const site = await startSite(options, log, output);
  process.stdout.write(welcome(site, options));
  const why = await stopAsked;
  log.info('site-stops', { why });
  await site.stop();
  log.info('site-stopped');
  // A handle that somebody left open must not keep a stopped site alive.
  process.exit(0);
}

function welcome(site: RunningSite, options: SiteOptions): string {
  const kiosk = new URL('/kiosk', site.url).href;
  return [
    '',
    `  Rollcall is at ${site.url}`,
    '',
    `  Sign in with the email and password in ${credentialsFile(options.data)}`,
    `  Kiosk    ${kiosk}`,
    `  API      ${new URL('/docs', site.url).href}`,
    `  Cameras  mqtts port ${site.mqttPort}${options.camera.length + (options.demo ? 1 : 0) > 0 ? '' : ', none started here (see --camera and --demo)'}`,
    ...(options.demo ? ['', '  The demo plays: open the dashboard and watch people come in.'] : []),
    '',
    '  Stop with Ctrl-C.',
    '',
    '',
  ].join('\n');
}

/** JSON lines; for somebody who looks at a terminal, lines to read. */
function logOutput(): Writable {
  if (!process.stdout.isTTY) return process.stdout;
  const lines = new PassThrough();
  lines.pipe(PinoPretty({ messageKey: 'event', ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }));
  return lines;
}
