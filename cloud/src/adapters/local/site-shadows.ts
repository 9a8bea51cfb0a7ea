import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { configShadow, configShadowTopic, type ShadowRequest } from '@rollcall/contract/topics';
import { AppError, Conflict, InvalidInput, NotFound } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import type { JsonObject } from '@rollcall/kit/merge-patch';
import { deltaOf, metadataOf, stamped, updatedShadow } from '../../domain/shadow.ts';
import { checkShadowRequest, clientTokenOf, readShadowRequest, readShadowUpdate } from '../../domain/shadow-request.ts';
import type { ShadowUpdate } from '../../domain/shadow-request.ts';
import type { DeviceShadow, DeviceShadows } from '../../ports/device-shadows.ts';
import type { ShadowDocument, ShadowStore, StoredShadow } from '../../store/shadow-store.ts';

export interface SiteShadowsOptions {
  readonly shadows: ShadowStore;
  /** To whoever listens on the device's topics; lost when nobody does. */
  readonly publish: (device: DeviceId, topic: string, message: object) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The Device Shadow service of AWS IoT for the shadow `config`, on the site's broker: the same topics, answers, versions, limits and
 * refusals. As there, a device may write `desired` of its own shadow as well as `reported`: topics cannot tell the two apart.
 * Source: "Device Shadow MQTT topics" and "Device Shadow error messages", AWS IoT developer guide.
 */
export class SiteShadows implements DeviceShadows {
  readonly #options: SiteShadowsOptions;

  constructor(options: SiteShadowsOptions) {
    this.#options = options;
  }

  /** Answers a device on `…/accepted` or `…/rejected`. Never throws: one request's failure is not the connection's. */
  async answer(org: OrganizationId, device: DeviceId, request: ShadowRequest, payload: Uint8Array): Promise<void> {
    let token: { clientToken?: string } = {};
    try {
      const body = readShadowRequest(payload);
      const clientToken = clientTokenOf(body);
      token = clientToken === undefined ? {} : { clientToken };
      checkShadowRequest(body, payload.length);
      if (request === 'get') await this.#tell(device, 'get/accepted', { ...(await this.#read(org, device)), ...token });
      else if (request === 'delete') await this.#delete(org, device, token);
      else await this.#update(org, device, readShadowUpdate(body), token);
    } catch (error) {
      const refusal = refusalOf(error);
      const fields = { deviceId: device, request, bytes: payload.length, ...refusal };
      if (refusal.code === 500) this.#options.log.error('shadow-failed', { ...fields, err: error });
      else if (refusal.code !== 404) this.#options.log.warn('shadow-refused', fields);
      await this.#tell(device, `${request}/rejected`, { ...refusal, timestamp: this.#now(), ...token });
    }
  }

  async get(org: OrganizationId, id: DeviceId): Promise<DeviceShadow | undefined> {
    const stored = await this.#options.shadows.get(org, id);
    if (!stored?.document) return undefined;
    const { desired = {}, reported } = stored.document;
    return { desired, reported, version: stored.version };
  }

  async setDesired(org: OrganizationId, id: DeviceId, patch: JsonObject, version: number | undefined): Promise<void> {
    await this.#update(org, id, { state: { desired: patch }, ...(version === undefined ? {} : { version }) }, {});
  }

  async delete(org: OrganizationId, id: DeviceId): Promise<void> {
    await this.#options.shadows.forget(org, id);
  }

  async #read(org: OrganizationId, device: DeviceId): Promise<object> {
    const { document, version } = existing(await this.#options.shadows.get(org, device));
    const { desired, reported, metadata } = document;
    const delta = desired && deltaOf(desired, reported);
    return { state: { desired, reported, delta }, metadata, version, timestamp: this.#now() };
  }

  async #update(
    org: OrganizationId,
    device: DeviceId,
    update: ShadowUpdate,
    token: { clientToken?: string },
  ): Promise<void> {
    const timestamp = this.#now();
    const { now, before } = await this.#options.shadows.change(org, device, (stored) =>
      updatedShadow(stored, update, timestamp),
    );
    const { version } = now;
    const { state } = update;
    const metadata = Object.fromEntries(Object.entries(state).map(([name, part]) => [name, stamped(part, timestamp)]));
    await this.#tell(device, 'update/accepted', { state, metadata, version, timestamp, ...token });
    const [previous, current] = [snapshotOf(before), snapshotOf(now)];
    await this.#tell(device, 'update/documents', { previous, current, timestamp, ...token });
    const { desired, reported, metadata: since } = existing(now).document;
    const delta = desired && deltaOf(desired, reported);
    if (!delta) return;
    const part = { version, timestamp, state: delta, metadata: metadataOf(since.desired, delta), ...token };
    await this.#tell(device, 'update/delta', part);
  }

  async #delete(org: OrganizationId, device: DeviceId, token: { clientToken?: string }): Promise<void> {
    const { before } = await this.#options.shadows.change(org, device, (stored) => {
      existing(stored);
      return undefined;
    });
    await this.#tell(device, 'delete/accepted', { version: before?.version, timestamp: this.#now(), ...token });
  }

  async #tell(device: DeviceId, topic: string, message: object): Promise<void> {
    try {
      await this.#options.publish(device, `${configShadowTopic(device)}/${topic}`, message);
    } catch (err) {
      // It asks again when it hears nothing.
      this.#options.log.warn('shadow-not-told', { deviceId: device, topic, err });
    }
  }

  /** AWS IoT counts seconds. */
  #now(): number {
    return Math.floor(this.#options.clock.now() / 1_000);
  }
}

/** @throws NotFound */
function existing(stored: StoredShadow | undefined): StoredShadow & { readonly document: ShadowDocument } {
  const document = stored?.document;
  if (!stored || !document) throw new NotFound(`No shadow exists with name: '${configShadow}'`);
  return { ...stored, document };
}

function snapshotOf(stored: StoredShadow | undefined): object | undefined {
  if (!stored?.document) return undefined;
  const { metadata, ...state } = stored.document;
  return { state, metadata, version: stored.version };
}

function refusalOf(error: unknown): { readonly code: number; readonly message: string } {
  if (error instanceof InvalidInput) return { code: codes[error.code] ?? 400, message: error.message };
  if (error instanceof NotFound) return { code: 404, message: error.message };
  if (error instanceof Conflict) return { code: 409, message: error.message };
  if (error instanceof AppError && error.retryable) return { code: 503, message: 'Service unavailable' };
  return { code: 500, message: 'Internal service failure' };
}

const codes: Readonly<Record<string, number>> = { 'too-large': 413, 'unsupported-encoding': 415 };
