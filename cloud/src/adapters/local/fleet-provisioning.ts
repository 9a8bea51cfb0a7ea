import { randomBytes } from 'node:crypto';
import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { ProvisioningParameters } from '@rollcall/contract/provisioning';
import { AppError, Denied, InvalidInput } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import { parse } from '@rollcall/kit/parse';
import { z } from 'zod';
import { jsonOf } from '../../domain/device-message.ts';
import type { NewCertificate } from '../../domain/register-device.ts';
import type { Rotation } from '../../domain/rotate-certificate.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { readCertificateRequest } from './certificate-request.ts';
import type { Admitted } from './device-admission.ts';
import { type ProvisioningTopics, provisioningTopics } from './provisioning-topics.ts';

/** As on AWS: "expires after one hour". */
const tokenMs = 3_600_000;
/** Requests of one connection; a device needs two. Signing costs CPU, and a claim certificate is shared by many. */
const maxRequests = 20;

const CreateFromCsr = z.object({ certificateSigningRequest: z.string().min(1) });
const RegisterThing = z.object({
  certificateOwnershipToken: z.string().min(1),
  parameters: ProvisioningParameters,
});

export interface FleetProvisioningOptions {
  readonly org: OrganizationId;
  readonly template: string;
  readonly ca: CertificateAuthority;
  /** Makes the certificate the device's, durably. @throws Denied when the device is not allowed, or the claim is none any more. */
  readonly register: (device: DeviceId, certificate: NewCertificate, claim: string) => Promise<void>;
  /** Gives a device its next certificate, durably. @throws Denied when the one with which it came does not count. */
  readonly rotate: (device: DeviceId, rotation: Rotation) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ProvisioningRequest {
  readonly topic: string;
  readonly payload: Uint8Array;
}

export interface ProvisioningAnswer {
  readonly topic: string;
  readonly payload: string;
}

interface Session {
  requests: number;
  readonly tokens: Map<string, { readonly certificate: NewCertificate; readonly expiresAt: number }>;
}

/**
 * Answers devices that come with a claim certificate, or that want another one besides their own, as AWS IoT Fleet Provisioning does (CSR
 * variant). A certificate is worth nothing until its thing is registered; its ownership token counts once, and only on the connection that
 * asked for it.
 */
export class FleetProvisioning {
  readonly #options: FleetProvisioningOptions;
  readonly #topics: ProvisioningTopics;
  readonly #sessions = new WeakMap<object, Session>();

  constructor(options: FleetProvisioningOptions) {
    this.#options = options;
    this.#topics = provisioningTopics(options.template);
  }

  /** @param connection whose request it is; the answer goes to it and nobody else: it may hold a certificate. */
  async answer(
    peer: Admitted,
    connection: object,
    { topic, payload }: ProvisioningRequest,
  ): Promise<ProvisioningAnswer> {
    try {
      const session = this.#sessionOf(connection);
      const request = jsonOf(payload);
      const body =
        topic === this.#topics.createFromCsr
          ? await this.#createFromCsr(peer, session, request)
          : await this.#registerThing(peer, session, request);
      return { topic: `${topic}/accepted`, payload: JSON.stringify(body) };
    } catch (error) {
      const refusal = refusalOf(error);
      this.#options.log.warn('provisioning-rejected', {
        topic,
        ...(peer.kind === 'device' ? { deviceId: peer.deviceId } : { claim: peer.certificate }),
        ...refusal,
        ...(refusal.statusCode === 500 ? { err: error } : {}),
      });
      return { topic: `${topic}/rejected`, payload: JSON.stringify(refusal) };
    }
  }

  async #createFromCsr(peer: Admitted, session: Session, request: unknown): Promise<object> {
    const { certificateSigningRequest } = parse(CreateFromCsr, request, 'the request');
    const asked = await readCertificateRequest(certificateSigningRequest);
    // What a claim's request is named after does not matter: the serial number is checked when the thing is registered.
    if (peer.kind === 'device' && asked.commonName !== undefined && asked.commonName !== peer.deviceId) {
      throw new InvalidInput(`the signing request is for another device than ${peer.deviceId}, which sends it`);
    }
    const { certificatePem, fingerprint, renewAt } = await this.#options.ca.signDevice(asked.publicKey);
    const certificateOwnershipToken = randomBytes(32).toString('base64url');
    const expiresAt = this.#options.clock.now() + tokenMs;
    session.tokens.set(certificateOwnershipToken, { certificate: { fingerprint, renewAt }, expiresAt });
    return { certificateId: fingerprint, certificatePem, certificateOwnershipToken };
  }

  async #registerThing(peer: Admitted, session: Session, request: unknown): Promise<object> {
    const { certificateOwnershipToken, parameters } = parse(RegisterThing, request, 'the request');
    const owned = session.tokens.get(certificateOwnershipToken);
    if (!owned || owned.expiresAt <= this.#options.clock.now()) {
      throw new InvalidInput('the certificate ownership token is unknown here or has expired: ask for a certificate', {
        code: 'invalid-token',
      });
    }
    const { certificate } = owned;
    const thingName = parameters.SerialNumber;
    if (peer.kind === 'claim') await this.#options.register(thingName, certificate, peer.certificate);
    else if (thingName !== peer.deviceId) {
      throw new Denied(`device ${peer.deviceId} asks for a certificate of ${thingName}`, {
        code: 'device-not-allowed',
      });
    } else await this.#options.rotate(thingName, { present: peer.certificate, next: certificate });
    session.tokens.delete(certificateOwnershipToken);
    const event = peer.kind === 'claim' ? 'device-registered' : 'certificate-issued';
    this.#options.log.info(event, { deviceId: thingName, certificateId: certificate.fingerprint });
    return { thingName, deviceConfiguration: { org: this.#options.org } };
  }

  #sessionOf(connection: object): Session {
    const session = this.#sessions.get(connection) ?? { requests: 0, tokens: new Map() };
    this.#sessions.set(connection, session);
    if (++session.requests > maxRequests) {
      throw new Denied(`expected at most ${maxRequests} requests per connection`, { code: 'throttled' });
    }
    return session;
  }
}

interface Refusal {
  readonly statusCode: number;
  readonly errorCode: string;
  readonly errorMessage: string;
}

/** Source: "Error object" of "Device provisioning MQTT API", AWS IoT developer guide. */
function refusalOf(error: unknown): Refusal {
  if (!(error instanceof AppError)) {
    return { statusCode: 500, errorCode: 'InternalFailure', errorMessage: 'it failed here; try again later' };
  }
  const errorMessage = error.message;
  if (error.retryable) return { statusCode: 503, errorCode: 'ServiceUnavailable', errorMessage };
  switch (error.code) {
    case 'throttled':
      return { statusCode: 429, errorCode: 'Throttling', errorMessage };
    case 'invalid-token':
      return { statusCode: 400, errorCode: 'InvalidCertificateOwnershipToken', errorMessage };
    case 'device-not-allowed':
    case 'unknown-claim':
    case 'revoked-claim':
    case 'expired-claim':
      return { statusCode: 403, errorCode: 'AccessDenied', errorMessage };
    default:
      return { statusCode: 400, errorCode: 'InvalidPayload', errorMessage };
  }
}
