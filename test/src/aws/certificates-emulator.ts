import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What AWS IoT answers: a body, or a refusal by its kind. */
export type CertificatesAnswer =
  | { readonly status: number; readonly body: object }
  | { readonly status: number; readonly kind: string };

const ok = { status: 200, body: {} } as const;
const notFound = { status: 404, kind: 'ResourceNotFoundException' } as const;

/**
 * Certificates and things as AWS IoT has them: what is active, attached or still has a principal cannot be deleted.
 * Source: "DeleteCertificate", "DetachThingPrincipal", "DeleteThing", "CreateKeysAndCertificate", AWS IoT API reference.
 */
export class CertificatesEmulator {
  /** Certificates by thing. */
  readonly things = new Map<string, Set<string>>();
  /** Policies by certificate. */
  readonly policies = new Map<string, string>();
  /** What it makes next, for whoever connects with it; else certificates that are none. */
  readonly prepared: {
    readonly fingerprint: string;
    readonly certificatePem: string;
    readonly privateKeyPem: string;
  }[] = [];
  readonly #statuses: Map<string, string>;

  /** @param statuses by certificate id. */
  constructor(statuses: Map<string, string>) {
    this.#statuses = statuses;
  }

  /** undefined for what is not about them. */
  answer(
    method: string,
    [kind = '', name = '', part]: readonly string[],
    query: URLSearchParams,
    request: { readonly headers: IncomingHttpHeaders; readonly body: string },
  ): CertificatesAnswer | undefined {
    switch (`${method} ${kind}${part === undefined ? '' : `/${part}`}`) {
      case 'POST keys-and-certificate':
        return this.#make(query.get('setAsActive') === 'true');
      case 'PUT target-policies':
        this.policies.set(idOf(String(JSON.parse(request.body).target)), name);
        return ok;
      case 'GET certificates':
        return this.#statuses.has(name)
          ? { status: 200, body: { certificateDescription: { certificateId: name, certificateArn: arnOf(name) } } }
          : notFound;
      case 'DELETE certificates':
        return this.#delete(name, query.get('forceDelete') === 'true');
      case 'DELETE things/principals': {
        const certificates = this.things.get(name);
        return certificates?.delete(idOf(String(request.headers['x-amzn-principal']))) ? ok : notFound;
      }
      case 'DELETE things':
        if (!this.things.has(name)) return notFound;
        if (this.things.get(name)?.size) return { status: 400, kind: 'InvalidRequestException' };
        this.things.delete(name);
        return ok;
      default:
        return undefined;
    }
  }

  #make(isActive: boolean): CertificatesAnswer {
    const {
      fingerprint: certificateId = createHash('sha256').update(`certificate ${this.#statuses.size}`).digest('hex'),
      certificatePem = 'a certificate',
      privateKeyPem: PrivateKey = 'a private key',
    } = this.prepared.shift() ?? {};
    this.#statuses.set(certificateId, isActive ? 'ACTIVE' : 'INACTIVE');
    const keyPair = { PrivateKey, PublicKey: 'a public key' };
    const certificateArn = arnOf(certificateId);
    return { status: 200, body: { certificateId, certificateArn, certificatePem, keyPair } };
  }

  #delete(id: string, isForced: boolean): CertificatesAnswer {
    if (!this.#statuses.has(id)) return notFound;
    if (this.#statuses.get(id) !== 'INACTIVE') return { status: 406, kind: 'CertificateStateException' };
    const isAttached = [...this.things.values()].some((certificates) => certificates.has(id));
    if (isAttached || (this.policies.has(id) && !isForced)) return { status: 409, kind: 'DeleteConflictException' };
    this.#statuses.delete(id);
    this.policies.delete(id);
    return ok;
  }
}

function arnOf(certificateId: string): string {
  return `arn:aws:iot:eu-central-1:000000000000:cert/${certificateId}`;
}

function idOf(arn: string): string {
  return arn.split('/').at(-1) ?? '';
}
