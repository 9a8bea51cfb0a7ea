import { AppError, Misconfigured, Unavailable } from '@rollcall/kit/app-error';

/** Source: "Error retries and exponential backoff in AWS"; each service has its own word for the same. */
const throttling = /Thrott|TooManyRequests|SlowDown|LimitExceeded|ThroughputExceeded/;
/** Names under which the SDK reports what went wrong on the way. */
const passing =
  /Timeout|^AbortError|^RequestAborted|^NetworkingError|^(Expired|TokenRefresh)|InternalServer|InternalFailure|InternalError|ServiceUnavailable|OperationAborted|BadDigest|SHA256Mismatch|ChecksumMismatch/;
/** errno(3) and getaddrinfo(3). */
const network = /^(ECONN|ETIMEDOUT|EPIPE|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|UND_ERR)/;
/** What only whoever deployed it can mend: permissions, credentials, names, keys. */
const misconfigured =
  /AccessDenied|Forbidden|Unauthorized|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|InvalidAccessKeyId|InvalidClientTokenId|CredentialsProvider|ResourceNotFound|NoSuchBucket|^KMS|InaccessibleEncryption/;

/**
 * What an error of an AWS SDK client means to us: `Unavailable`, `Misconfigured`, or, unchanged, a bug. Errors that say something
 * about the request itself are the adapter's to read before.
 * @param what the service and what of it, `DynamoDB table records`.
 */
export function awsError(error: unknown, what: string): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const status = statusOf(error);
  const because = `${error.name}${status ? ` ${status}` : ''}: ${error.message}`;
  if (isPassing(error, status)) return new Unavailable(`${what} cannot be used now (${because})`, { cause: error });
  if (misconfigured.test(error.name)) {
    return new Misconfigured(`${what}: check its name, the region and what the role may do (${because})`, {
      cause: error,
    });
  }
  return error;
}

function isPassing(error: Error, status: number | undefined): boolean {
  if (throttling.test(error.name) || passing.test(error.name)) return true;
  // A body that arrived damaged; the SDK has no name for it.
  if (error.message.startsWith('Checksum mismatch')) return true;
  if (status !== undefined && (status >= 500 || status === 429)) return true;
  return network.test(codeOf(error)) || (error.cause instanceof Error && network.test(codeOf(error.cause)));
}

function statusOf(error: Error): number | undefined {
  if (!('$metadata' in error) || typeof error.$metadata !== 'object' || !error.$metadata) return undefined;
  const status = 'httpStatusCode' in error.$metadata ? error.$metadata.httpStatusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
