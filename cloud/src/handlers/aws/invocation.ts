import { AppError } from '@rollcall/kit/app-error';
import { systemClock } from '@rollcall/kit/clock';
import { createLog, type Log } from '@rollcall/kit/log';
import type { CloudFunction } from '../../manifest.ts';
import type { CloudConfig } from './config.ts';
import { Metrics } from './metrics.ts';

/** What Lambda tells of an invocation, as far as it is used. */
export interface LambdaContext {
  readonly awsRequestId: string;
  readonly getRemainingTimeInMillis: () => number;
}

export type LambdaHandler<Result, Event = unknown> = (event: Event, context: LambdaContext) => Promise<Result>;

/** What every function has: its log and its metrics, both lines on standard output. */
export interface FunctionBasis {
  readonly log: Log;
  readonly metrics: Metrics;
}

export function functionBasis(
  name: CloudFunction['name'],
  config: Pick<CloudConfig, 'prefix' | 'logLevel'>,
): FunctionBasis {
  // Written at once: what waits in a buffer when Lambda freezes the process may never be written.
  const destination = { write: (line: string) => void process.stdout.write(line) };
  return {
    log: createLog({ service: name, level: config.logLevel, destination }),
    metrics: new Metrics(config.prefix, destination.write),
  };
}

/**
 * A Lambda handler around `run`. What it throws is logged and thrown on: Lambda tries again what was invoked asynchronously, and then
 * hands it to the on-failure destination. So what can never succeed must return.
 */
export function lambdaHandler<Result, Event = unknown>(
  { log, metrics }: FunctionBasis,
  run: LambdaHandler<Result, Event>,
): LambdaHandler<Result, Event> {
  return async (event, context) => {
    try {
      return await run(event, context);
    } catch (err) {
      const fields = { requestId: context.awsRequestId, err };
      if (err instanceof AppError && err.retryable) log.warn('invocation-postponed', fields);
      else log.error('invocation-failed', fields);
      throw err;
    } finally {
      metrics.flush(systemClock.now());
    }
  };
}
