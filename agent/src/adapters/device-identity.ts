import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Misconfigured } from '@rollcall/kit/app-error';
import { parse } from '@rollcall/kit/parse';
import { writeDurably } from '@rollcall/kit/write-durably';
import { z } from 'zod';

/** Who the device is to the broker. */
export interface DeviceIdentity {
  readonly device: DeviceId;
  /** As the provisioning template said; absent when it said nothing. */
  readonly org?: OrganizationId;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

const Thing = z.object({ thingName: DeviceId, org: OrganizationId.optional() });

/** A certificate that was issued and whose thing is not registered yet. */
const Pending = z.object({ certificatePem: z.string(), ownershipToken: z.string() });
export type PendingCertificate = z.infer<typeof Pending>;

/**
 * The device's own files in `dataDir`: `device.key` (never leaves it), `device.pem`, and `device.json`, whose presence says that the
 * other two are complete. Written in this order, each whole or not at all, so that a device that loses power anywhere in between
 * goes on from what is there.
 */
export class IdentityFiles {
  readonly #dataDir: string;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** undefined before the first contact. @throws Misconfigured when the files are damaged. */
  async load(): Promise<DeviceIdentity | undefined> {
    const thing = await this.#read('device.json');
    if (thing === undefined) return undefined;
    const [privateKeyPem, certificatePem] = [await this.#read('device.key'), await this.#read('device.pem')];
    if (!privateKeyPem || !certificatePem) {
      throw new Misconfigured(
        `${this.#path('device.json')} is there, but not device.key or device.pem: restore them, or delete device.json to provision anew`,
      );
    }
    const { thingName, org } = this.#parse(Thing, thing, 'device.json');
    return { device: thingName, ...(org && { org }), certificatePem, privateKeyPem };
  }

  loadKey(): Promise<string | undefined> {
    return this.#read('device.key');
  }

  saveKey(pem: string): Promise<void> {
    return writeDurably(this.#path('device.key'), pem, { mode: 0o600 });
  }

  async loadPending(): Promise<PendingCertificate | undefined> {
    const text = await this.#read('device.pending.json');
    return text === undefined ? undefined : this.#parse(Pending, text, 'device.pending.json');
  }

  savePending(pending: PendingCertificate): Promise<void> {
    return writeDurably(this.#path('device.pending.json'), JSON.stringify(pending), { mode: 0o600 });
  }

  async dropPending(): Promise<void> {
    await rm(this.#path('device.pending.json'), { force: true });
  }

  async save(identity: Omit<DeviceIdentity, 'privateKeyPem'>): Promise<void> {
    const { device: thingName, org, certificatePem } = identity;
    await writeDurably(this.#path('device.pem'), certificatePem, { mode: 0o644 });
    await writeDurably(this.#path('device.json'), `${JSON.stringify({ thingName, org }, null, 2)}\n`, { mode: 0o644 });
    await this.dropPending();
  }

  #path(file: string): string {
    return join(this.#dataDir, file);
  }

  async #read(file: string): Promise<string | undefined> {
    try {
      return await readFile(this.#path(file), 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  #parse<S extends z.ZodType>(schema: S, text: string, file: string): z.output<S> {
    try {
      return parse(schema, JSON.parse(text), this.#path(file));
    } catch (cause) {
      throw new Misconfigured(`${this.#path(file)} is damaged: delete it to provision anew`, { cause });
    }
  }
}
