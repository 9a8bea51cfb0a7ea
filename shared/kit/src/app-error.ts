/** Base of what is thrown on purpose. The message says what was expected, what came, and what to do. Anything else is a bug. */
export abstract class AppError extends Error {
  /** A stable, kebab-case code; the API passes it on. */
  readonly code: string;
  abstract readonly retryable: boolean;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** One bad field: a path such as `day.start`, and what was expected. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** What came does not fit; the same again will not either. */
export class InvalidInput extends AppError {
  readonly retryable = false;
  readonly errors: readonly FieldError[];

  constructor(message: string, options: { code?: string; errors?: readonly FieldError[]; cause?: unknown } = {}) {
    super(options.code ?? 'invalid-input', message, { cause: options.cause });
    this.errors = options.errors ?? [];
  }
}

/** What was asked for is not there, or not for this organization. */
export class NotFound extends AppError {
  readonly retryable = false;

  constructor(message: string, options: { code?: string; cause?: unknown } = {}) {
    super(options.code ?? 'not-found', message, { cause: options.cause });
  }
}

/** It contradicts what is stored: a taken number, a version that moved on, a second start. */
export class Conflict extends AppError {
  readonly retryable = false;
  readonly details: Readonly<Record<string, string>>;

  constructor(message: string, options: { code?: string; details?: Record<string, string>; cause?: unknown } = {}) {
    super(options.code ?? 'conflict', message, { cause: options.cause });
    this.details = options.details ?? {};
  }
}

/** The caller may not. */
export class Denied extends AppError {
  readonly retryable = false;

  constructor(message: string, options: { code?: string; cause?: unknown } = {}) {
    super(options.code ?? 'denied', message, { cause: options.cause });
  }
}

/** It would work at another time: a queue that is full, a disk that is, a service that is away. The only retryable one. */
export class Unavailable extends AppError {
  readonly retryable = true;

  constructor(message: string, options: { code?: string; cause?: unknown } = {}) {
    super(options.code ?? 'unavailable', message, { cause: options.cause });
  }
}

/** The process cannot start as configured. Exit code 78 (EX_CONFIG of sysexits.h). */
export class Misconfigured extends AppError {
  readonly retryable = false;

  constructor(message: string, options: { code?: string; cause?: unknown } = {}) {
    super(options.code ?? 'misconfigured', message, { cause: options.cause });
  }
}

/** A process that asks to be started again, now. sysexits.h EX_TEMPFAIL. */
export const restartExitCode = 75;

/** sysexits.h EX_CONFIG. */
export const misconfiguredExitCode = 78;
