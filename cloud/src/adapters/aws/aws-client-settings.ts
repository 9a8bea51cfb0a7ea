export interface AwsClientSettings {
  /** ms for one try, from the request to the end of its answer. */
  readonly requestTimeoutMs: number;
  /** Tries, the first one included. @default 4 */
  readonly maxAttempts?: number;
  /** Connections held open at once. @default 50 */
  readonly maxSockets?: number;
}

/**
 * What every SDK client of ours is made with. Adaptive retry slows the client itself down when the service throttles;
 * without the timeouts a lost packet would hold a Lambda until its own ends it.
 */
export function awsClientSettings(settings: AwsClientSettings) {
  const { requestTimeoutMs, maxAttempts = 4, maxSockets = 50 } = settings;
  const agent = { keepAlive: true, maxSockets };
  return {
    maxAttempts,
    retryMode: 'adaptive',
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: requestTimeoutMs,
      // Without it the SDK only logs that the time is over, and goes on waiting.
      throwOnRequestTimeout: true,
      // For a body that stops coming.
      socketTimeout: requestTimeoutMs,
      httpAgent: agent,
      httpsAgent: agent,
    },
  } as const;
}
