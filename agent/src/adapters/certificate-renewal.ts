import { X509Certificate } from 'node:crypto';
import { AppError, Denied } from '@rollcall/kit/app-error';
import { backoff } from '@rollcall/kit/backoff';
import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import type { Timer } from '@rollcall/kit/timer';
import { type CertificateLife, isDue } from '../domain/certificate-life.ts';
import type { DeviceIdentity, IdentityFiles, NextIdentity } from './device-identity.ts';
import type { MqttClientOptions } from './mqtt-client.ts';
import { askIdentityService, visit } from './mqtt-visit.ts';

export interface CertificateRenewalOptions {
  readonly files: IdentityFiles;
  /** Where, without who. */
  readonly mqtt: Pick<MqttClientOptions, 'host' | 'port' | 'caPem'>;
  /** The template of renewals. */
  readonly template: string;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly log: Log;
}

/** Waits while neither certificate reaches the broker. */
const retry = { firstMs: 2_000, maxMs: 300_000 };

/**
 * How a device comes to its next certificate: a new key and a certificate for it, asked for with the present one; a connection with the
 * new one as a test; then the switch. Each step is on disk before the next. The device has one certificate at least that works at any
 * time: the broker's side takes the old one back only after it saw the new one.
 * Nothing else may be connected in the device's name meanwhile.
 */
export class CertificateRenewal {
  readonly #options: CertificateRenewalOptions;

  constructor(options: CertificateRenewalOptions) {
    this.#options = options;
  }

  /**
   * With which certificate to go on after a renewal was cut off: the next one if it connects, else the present one if that does. Tried
   * for as long as neither does, unless both are refused. @returns the identity, and why it is the old one still.
   */
  async settle(
    present: DeviceIdentity,
    signal: AbortSignal,
  ): Promise<{ readonly identity: DeviceIdentity; readonly problem?: string }> {
    const { files, timer } = this.#options;
    const next = await files.loadNext();
    if (next?.certificatePem === undefined) return { identity: present };
    for (const waitMs of backoff(retry)) {
      if (signal.aborted) break;
      const refusal = await failureOf(() => this.#prove(present, next));
      if (!refusal) return { identity: (await files.load()) ?? present };
      const problem = `the new certificate does not connect (${refusal.message})`;
      const presentRefusal = await failureOf(() => this.#try(present, present, "this device's certificate"));
      if (!presentRefusal) {
        if (refusal instanceof Denied) await files.dropNext();
        return { identity: present, problem };
      }
      if (refusal instanceof Denied && presentRefusal instanceof Denied) return { identity: present, problem };
      await new Promise<void>((resolve) => {
        const cancel = timer.after(waitMs, resolve);
        signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
      });
    }
    return { identity: present };
  }

  /** One try, which goes on from where an earlier one was cut off. @throws AppError; the present certificate goes on then. */
  async renew(present: DeviceIdentity): Promise<DeviceIdentity> {
    const { files, log } = this.#options;
    // Only a device that renews needs what signs requests: a tenth of the agent's memory.
    const { newPrivateKey } = await import('./signing-request.ts');
    const earlier = await files.loadNext();
    // One that was registered and did not connect: the device has been connected with its present one since, so it never will.
    const begun = earlier?.certificatePem === undefined ? earlier : undefined;
    const begin = { ...(begun ?? { privateKeyPem: await newPrivateKey() }), isProven: false, bornDue: false };
    await files.saveNext(begin);
    const next = await this.#obtain(present, begin);
    await this.#prove(present, next);
    const identity = (await files.load()) ?? present;
    log.info('certificate-renewed', { device: present.device, notAfter: lifeText(identity.certificatePem) });
    return identity;
  }

  async #obtain(present: DeviceIdentity, begin: NextIdentity): Promise<NextIdentity> {
    const { files, template, log, clock } = this.#options;
    const { obtainCertificate } = await import('./obtain-certificate.ts');
    const { privateKeyPem } = begin;
    const { certificatePem } = await visit(this.#as(present, present), "this device's certificate", (client) =>
      askIdentityService(client, (service) =>
        obtainCertificate({
          service,
          template,
          serial: present.device,
          privateKeyPem,
          pending: begin.pending,
          savePending: (pending) => files.saveNext({ privateKeyPem, pending }),
          dropPending: () => files.saveNext({ privateKeyPem }),
          log,
        }),
      ),
    );
    // A clock by which a certificate is due that was made just now is wrong, and would ask for another one for ever.
    const bornDue = isDue(lifeOf(certificatePem), clock.now());
    if (bornDue) log.error('clock-contradicts-certificate', { notAfter: lifeText(certificatePem) });
    const next = { privateKeyPem, certificatePem, isProven: false, bornDue };
    await files.saveNext(next);
    return next;
  }

  /** That a connection came about is enough: from then on the broker's side may take the old one back at any time. */
  async #prove(present: DeviceIdentity, next: NextIdentity): Promise<void> {
    const { certificatePem = '', privateKeyPem } = next;
    await this.#try(present, { certificatePem, privateKeyPem }, 'the new certificate');
    await this.#options.files.saveNext({ ...next, isProven: true });
  }

  #try(present: DeviceIdentity, pair: KeyPair, what: string): Promise<void> {
    return visit(this.#as(present, pair), what, () => Promise.resolve());
  }

  #as({ device }: DeviceIdentity, { certificatePem, privateKeyPem }: KeyPair): MqttClientOptions {
    return { ...this.#options.mqtt, clientId: device, certificatePem, privateKeyPem };
  }
}

type KeyPair = Pick<DeviceIdentity, 'certificatePem' | 'privateKeyPem'>;

/** From when to when a certificate counts. */
export function lifeOf(certificatePem: string): CertificateLife {
  const { validFrom, validTo } = new X509Certificate(certificatePem);
  return { notBefore: Date.parse(validFrom), notAfter: Date.parse(validTo) };
}

function lifeText(certificatePem: string): string {
  return new Date(lifeOf(certificatePem).notAfter).toISOString();
}

async function failureOf(work: () => Promise<unknown>): Promise<AppError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
