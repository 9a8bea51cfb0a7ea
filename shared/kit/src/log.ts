import { type DestinationStream, pino } from 'pino';

/** Event name plus fields. `error` wakes someone. No names, faces, pictures or tokens: see `redactedKeys`. */
export interface Log {
  debug(event: string, fields?: Record<string, unknown>): void;
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
  child(fields: Record<string, unknown>): Log;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A log whose level can change, its children's with it. */
export interface LeveledLog extends Log {
  setLevel(level: LogLevel): void;
}

const severity: Readonly<Record<LogLevel, number>> = { debug: 20, info: 30, warn: 40, error: 50 };

/** Keys whose values never reach the log, at the top of the fields and one level down. */
export const redactedKeys = [
  'name',
  'email',
  'externalId',
  'image',
  'still',
  'photo',
  'vector',
  'password',
  'token',
  'key',
  'apiKey',
  'authorization',
  'cookie',
  'privateKey',
  'csr',
] as const;

/** JSON lines on standard output (or `destination`), through pino. */
export function createLog(options: {
  level?: LogLevel;
  service: string;
  destination?: DestinationStream;
  /** Gets each line, too. */
  also?: (line: string) => void;
}): LeveledLog {
  // Children of pino keep the level that they were made with, so it is looked at here.
  const least = { level: severity[options.level ?? 'info'] };
  const { also } = options;
  // Line by line: what sonic-boom 4 still holds at the end it writes for ever when nobody reads it any more, and the process stays.
  const out = options.destination ?? pino.destination({ dest: 1, sync: true });
  const logger = pino(
    {
      level: 'debug',
      base: { service: options.service },
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: 'event',
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: pino.stdSerializers.err },
      redact: { paths: redactedKeys.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' },
    },
    also ? { write: (line) => (out.write(line), also(line)) } : out,
  );
  return {
    ...wrap(logger, least),
    setLevel: (level) => {
      least.level = severity[level];
    },
  };
}

/** Says nothing; for tests. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLog,
};

function wrap(logger: pino.Logger, least: { readonly level: number }): Log {
  const write =
    (level: LogLevel) =>
    (event: string, fields: Record<string, unknown> = {}): void => {
      if (severity[level] >= least.level) logger[level](fields, event);
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => wrap(logger.child(fields), least),
  };
}
