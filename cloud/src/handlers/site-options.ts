import { isAbsolute, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '@rollcall/kit/load-config';
import { Misconfigured } from '@rollcall/kit/app-error';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

/** What `npm start` may be told; each is also an environment variable, `ROLLCALL_DATA`, `ROLLCALL_MQTT_PORT`, … */
const SiteOptions = z.strictObject({
  data: z.string().min(1).default('./data').describe('folder for records, pictures, keys and credentials'),
  port: port.default(8080).describe('dashboard and API; 0 takes a free one'),
  mqttPort: port.default(8883).describe('cameras, over mutual TLS; 0 takes a free one'),
  host: z.string().min(1).default('127.0.0.1').describe('address to listen on; 0.0.0.0 for the whole network'),
  camera: z
    .preprocess((v) => (typeof v === 'string' ? v.split(';').filter(Boolean) : v), z.array(z.string().min(1)).max(16))
    .default([])
    .describe(
      'a door camera: rpicam:, v4l2:/dev/video0, rtsp://…, webcam:, video:FILE, folder:DIR (repeatable; in the environment separated by ;)',
    ),
  demo: z.stringbool().or(z.boolean()).default(false).describe('enroll demo people and play a demo door clip'),
  workers: z.coerce.number().int().min(1).max(64).optional().describe('face workers; default: one per core'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('how much to log'),
});
export type SiteOptions = Readonly<z.output<typeof SiteOptions>>;

/**
 * The options of this start, paths absolute.
 * @param from the folder that relative paths start at.
 * @returns `help` when that is what was asked for.
 * @throws Misconfigured naming every option that does not fit.
 */
export function siteOptions(
  argv: readonly string[],
  environment: Record<string, string | undefined>,
  from: string,
): SiteOptions | 'help' {
  const given = parse(argv);
  if (given === 'help') return 'help';
  const options = loadConfig(SiteOptions, {
    environment: { prefix: 'ROLLCALL', values: environment },
    options: given,
  });
  return { ...options, data: resolve(from, options.data), camera: options.camera.map((uri) => absolute(uri, from)) };
}

/** What `--help` prints. */
export function siteHelp(): string {
  const rows = Object.entries(SiteOptions.shape).map(([key, schema]) => {
    const parsed = schema.safeParse(undefined);
    const value = parsed.success ? parsed.data : undefined;
    const shown = value === undefined || value === false || Array.isArray(value) ? '' : ` (default ${String(value)})`;
    return `  --${flag(key).padEnd(12)} ${schema.description ?? ''}${shown}`;
  });
  return [
    'Rollcall, site edition: attendance on one machine.',
    '',
    'Usage: npm start -- [options]',
    '',
    ...rows,
    '  --help         this text',
    '',
    'Each option is also an environment variable: ROLLCALL_DATA, ROLLCALL_MQTT_PORT, …',
  ].join('\n');
}

function parse(argv: readonly string[]): Record<string, unknown> | 'help' {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        data: { type: 'string' },
        port: { type: 'string' },
        'mqtt-port': { type: 'string' },
        host: { type: 'string' },
        camera: { type: 'string', multiple: true },
        demo: { type: 'boolean' },
        workers: { type: 'string' },
        'log-level': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return 'help';
    const { 'mqtt-port': mqttPort, 'log-level': logLevel, ...rest } = values;
    return { ...rest, mqttPort, logLevel };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Misconfigured(`${why} See npm start -- --help`, { cause });
  }
}

function flag(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Camera addresses that name a file or folder are relative to where the command was typed. */
function absolute(uri: string, from: string): string {
  const [, scheme, path, query] = /^(video|folder):([^?]*)(\?.*)?$/.exec(uri) ?? [];
  if (scheme === undefined || path === undefined || isAbsolute(path)) return uri;
  return `${scheme}:${resolve(from, path)}${query ?? ''}`;
}
