import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { Unavailable } from '@rollcall/kit/app-error';
import { z } from 'zod';
import type { ClaimIssuer, ClaimTarget, IssuedClaim } from '../../ports/claim-issuer.ts';
import { awsError } from './aws-error.ts';

/** What the function `claims` is asked for. */
export const ClaimsRequest = z.discriminatedUnion('action', [
  z.object({ action: z.literal('issue') }),
  z.object({ action: z.literal('withdraw'), claim: z.string().regex(/^[0-9a-f]{64}$/) }),
]);
export type ClaimsRequest = z.infer<typeof ClaimsRequest>;

const Issued = z.object({ fingerprint: z.string(), certificatePem: z.string(), privateKeyPem: z.string() });

/** Claims made by the function that alone may make them. Needs lambda:InvokeFunction on it. */
export class LambdaClaims implements ClaimIssuer {
  readonly target: ClaimTarget;
  readonly #lambda: LambdaClient;
  readonly #functionName: string;

  constructor(options: {
    readonly lambda: LambdaClient;
    readonly functionName: string;
    readonly target: ClaimTarget;
  }) {
    this.#lambda = options.lambda;
    this.#functionName = options.functionName;
    this.target = options.target;
  }

  async issue(): Promise<IssuedClaim> {
    return Issued.parse(await this.#invoke({ action: 'issue' }));
  }

  async withdraw(claim: string): Promise<void> {
    await this.#invoke({ action: 'withdraw', claim });
  }

  async #invoke(request: ClaimsRequest): Promise<unknown> {
    const Payload = new TextEncoder().encode(JSON.stringify(request));
    try {
      const answer = await this.#lambda.send(new InvokeCommand({ FunctionName: this.#functionName, Payload }));
      // What it failed at stands in its own log; its answer may hold a key, so it is never quoted.
      if (answer.FunctionError !== undefined) throw new Unavailable(`the function ${this.#functionName} failed`);
      const text = new TextDecoder().decode(answer.Payload ?? new Uint8Array());
      return text === '' ? undefined : JSON.parse(text);
    } catch (error) {
      throw awsError(error, `the function ${this.#functionName}`);
    }
  }
}
