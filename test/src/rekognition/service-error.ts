import { randomUUID } from 'node:crypto';

/** An answer that is an error, in the two shapes in which Rekognition gives them. */
export class ServiceError extends Error {
  readonly type: string;
  readonly status: number;

  /** @param type the exception's name; @param status 400 unless the fault is the service's. */
  constructor(type: string, message: string, status = 400) {
    super(message);
    this.name = new.target.name;
    this.type = type;
    this.status = status;
  }

  /**
   * What the framework in front of the service refuses (shapes, signatures, unknown operations) has a small `message`, what the service itself
   * refuses has `Code`, `Logref` and a capital `Message`. Source: "Error handling", Rekognition developer guide, and answers seen in the wild.
   */
  get body(): Record<string, string> {
    const { type, message } = this;
    if (ofFramework.has(type)) return { __type: type, message };
    return { __type: type, Code: type, Logref: randomUUID(), Message: message };
  }
}

const ofFramework: ReadonlySet<string> = new Set([
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'SerializationException',
  'UnknownOperationException',
  'UnrecognizedClientException',
  'ValidationException',
]);

export function notFound(what: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', what);
}

export function invalidParameter(message = 'Request has invalid parameters'): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}
