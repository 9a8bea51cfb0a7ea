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
export function createLog(options: { level?: LogLevel; service: string; destination?: DestinationStream }): Log {
  const logger = pino(
    {
      level: options.level ?? 'info',
      base: { service: options.service },
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: 'event',
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: pino.stdSerializers.err },
      redact: { paths: redactedKeys.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' },
    },
    // Line by line: what sonic-boom 4 still holds at the end it writes for ever when nobody reads it any more, and the process stays.
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
  return wrap(logger);
}

/** Says nothing; for tests. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLog,
};

function wrap(logger: pino.Logger): Log {
  return {
    debug: (event, fields = {}) => logger.debug(fields, event),
    info: (event, fields = {}) => logger.info(fields, event),
    warn: (event, fields = {}) => logger.warn(fields, event),
    error: (event, fields = {}) => logger.error(fields, event),
    child: (fields) => wrap(logger.child(fields)),
  };
}
