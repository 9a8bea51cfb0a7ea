import { deltaOf, updatedShadow } from '@rollcall/cloud/domain/shadow';
import { checkShadowRequest, readShadowRequest, readShadowUpdate } from '@rollcall/cloud/domain/shadow-request';
import type { StoredShadow } from '@rollcall/cloud/store/shadow-store';
import { AppError } from '@rollcall/kit/app-error';
import type { JobsAnswer } from './iot-jobs-emulator.ts';

/**
 * Device Shadow of AWS IoT as its REST API has it, by the rules that the site's broker follows too. Source: "GetThingShadow",
 * "UpdateThingShadow" and "DeleteThingShadow", AWS IoT API reference.
 */
export class IotShadowEmulator {
  /** By `{thing}/{shadow}`. */
  readonly #shadows = new Map<string, StoredShadow>();

  /** What a device says over MQTT. */
  report(thing: string, shadow: string, reported: object): void {
    this.#update(`${thing}/${shadow}`, Buffer.from(JSON.stringify({ state: { reported } })));
  }

  /** @returns undefined for a request that is not about shadows. */
  answer(
    method: string,
    [first, thing, third]: readonly string[],
    query: URLSearchParams,
    body: Buffer,
  ): JobsAnswer | undefined {
    if (first !== 'things' || third !== 'shadow') return undefined;
    const name = `${thing}/${query.get('name') ?? ''}`;
    if (method === 'POST') return this.#update(name, body);
    const stored = this.#shadows.get(name);
    if (!stored?.document) return { status: 404, kind: 'ResourceNotFoundException' };
    if (method === 'DELETE') {
      this.#shadows.set(name, { version: stored.version, document: undefined });
      return { status: 200, body: { version: stored.version, timestamp: 1 } };
    }
    const { desired, reported, metadata } = stored.document;
    const delta = desired && deltaOf(desired, reported);
    const state = { desired, reported, delta };
    return { status: 200, body: { state, metadata, version: stored.version, timestamp: 1 } };
  }

  #update(name: string, body: Buffer): JobsAnswer {
    const before = this.#shadows.get(name);
    try {
      const request = readShadowRequest(body);
      checkShadowRequest(request, body.length);
      const document = updatedShadow(before, readShadowUpdate(request), 1);
      const version = (before?.version ?? 0) + 1;
      this.#shadows.set(name, { version, document });
      return { status: 200, body: { state: {}, metadata: {}, version, timestamp: 1 } };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return refusals[error.code] ?? { status: 400, kind: 'InvalidRequestException' };
    }
  }
}

const refusals: Readonly<Record<string, JobsAnswer>> = {
  'version-conflict': { status: 409, kind: 'ConflictException' },
  'too-large': { status: 413, kind: 'RequestEntityTooLargeException' },
};
