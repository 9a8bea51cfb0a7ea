import { z } from 'zod';
import { RecordingServer } from './recording-server.ts';

const GetSecretValue = z.object({ SecretId: z.string(), VersionStage: z.enum(['AWSCURRENT', 'AWSPREVIOUS']) });

/** Secrets Manager with one secret in it. Source: "GetSecretValue", AWS Secrets Manager API reference. */
export class SecretsEmulator {
  /** Newest first. */
  readonly values = ['the first secret'];
  /** Answers 500 to everything. */
  isDown = false;
  readonly #server = new RecordingServer(({ body }) => {
    if (this.isDown) return { status: 500, body: { __type: 'InternalServiceError', message: 'down' } };
    const { SecretId: ARN, VersionStage: stage } = GetSecretValue.parse(JSON.parse(body));
    const SecretString = this.values[stage === 'AWSCURRENT' ? 0 : 1];
    if (SecretString === undefined)
      return { status: 400, body: { __type: 'ResourceNotFoundException', message: 'no' } };
    return { status: 200, body: { ARN, Name: ARN, SecretString, VersionStages: [stage] } };
  });

  get requests(): number {
    return this.#server.requests.length;
  }

  start(): Promise<string> {
    return this.#server.start();
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}
