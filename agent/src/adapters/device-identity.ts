import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Misconfigured } from '@rollcall/kit/app-error';
import { type Disk, nodeDisk } from '@rollcall/kit/disk';
import { parse } from '@rollcall/kit/parse';
import { writeDurably } from '@rollcall/kit/write-durably';
import { z } from 'zod';
import { wipeFile } from './wipe-file.ts';

/** Who the device is to the broker. */
export interface DeviceIdentity {
  readonly device: DeviceId;
  /** As the provisioning template said; absent when it said nothing. */
  readonly org?: OrganizationId;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  /** Its certificate was due by the device's clock the moment it was issued: that clock is not to be asked about it. */
  readonly bornDue?: boolean;
}

const Thing = z.object({ thingName: DeviceId, org: OrganizationId.optional(), bornDue: z.boolean().optional() });

/** A certificate that was issued and whose thing is not registered yet. */
const Pending = z.object({ certificatePem: z.string(), ownershipToken: z.string() });
export type PendingCertificate = z.infer<typeof Pending>;

/** The key and the certificate to go on with, as far as they are. */
const Next = z.object({
  privateKeyPem: z.string(),
  /** Issued, and perhaps not registered. */
  pending: Pending.optional(),
  /** Registered: the device may try to connect with it. */
  certificatePem: z.string().optional(),
  /** A connection with it came about: it takes the place of the present one. */
  isProven: z.boolean().default(false),
  bornDue: z.boolean().default(false),
});
export type NextIdentity = z.infer<typeof Next>;

/**
 * The device's own files in `dataDir`: `device.key` (never leaves it), `device.pem`, and `device.json`, whose presence says that the
 * other two are complete. Written in this order, each whole or not at all, so that a device that loses power anywhere in between
 * goes on from what is there. `device.next.json` is the one file of a certificate that is to take the place of the present one: written
 * anew with each step, and gone once it has.
 */
export class IdentityFiles {
  readonly #dataDir: string;
  readonly #disk: Disk;

  constructor(dataDir: string, disk: Disk = nodeDisk) {
    this.#dataDir = dataDir;
    this.#disk = disk;
  }

  /** undefined before the first contact. @throws Misconfigured when the files are damaged. */
  async load(): Promise<DeviceIdentity | undefined> {
    if ((await this.#read('device.json')) === undefined) return undefined;
    await this.#finishSwitch();
    const thing = (await this.#read('device.json')) ?? '';
    const [privateKeyPem, certificatePem] = [await this.#read('device.key'), await this.#read('device.pem')];
    if (!privateKeyPem || !certificatePem) {
      throw new Misconfigured(
        `${this.#path('device.json')} is there, but not device.key or device.pem: restore them, or delete device.json to provision anew`,
      );
    }
    const { thingName, org, bornDue } = this.#parse(Thing, thing, 'device.json');
    return { device: thingName, ...(org && { org }), ...(bornDue && { bornDue }), certificatePem, privateKeyPem };
  }

  loadKey(): Promise<string | undefined> {
    return this.#read('device.key');
  }

  saveKey(pem: string): Promise<void> {
    return this.#write('device.key', pem, 0o600);
  }

  async loadPending(): Promise<PendingCertificate | undefined> {
    const text = await this.#read('device.pending.json');
    return text === undefined ? undefined : this.#parse(Pending, text, 'device.pending.json');
  }

  savePending(pending: PendingCertificate): Promise<void> {
    return this.#write('device.pending.json', JSON.stringify(pending), 0o600);
  }

  async dropPending(): Promise<void> {
    await rm(this.#path('device.pending.json'), { force: true });
  }

  async save(identity: Omit<DeviceIdentity, 'privateKeyPem'>): Promise<void> {
    const { device: thingName, org, certificatePem } = identity;
    await this.#write('device.pem', certificatePem, 0o644);
    await this.#saveThing({ thingName, org });
    await this.dropPending();
  }

  /** What a renewal has come to. One that cannot be read is none: it is begun anew. */
  async loadNext(): Promise<NextIdentity | undefined> {
    const text = await this.#read('device.next.json');
    try {
      return text === undefined ? undefined : Next.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  saveNext(next: z.input<typeof Next>): Promise<void> {
    return this.#write('device.next.json', JSON.stringify(next), 0o600);
  }

  async dropNext(): Promise<void> {
    await wipeFile(this.#path('device.next.json'));
  }

  /** Asks for a renewal, over the end of the process too. @param present the certificate that is to be replaced */
  askForRenewal(present: string): Promise<void> {
    return this.#write('device.renew.pem', present, 0o600);
  }

  /** The certificate whose renewal was asked for. */
  renewalAsked(): Promise<string | undefined> {
    return this.#read('device.renew.pem');
  }

  async dropRenewal(): Promise<void> {
    await rm(this.#path('device.renew.pem'), { force: true });
  }

  /** Removes what a power cut left half written, which may hold a key. Call it before anything else writes into the folder. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.#dataDir)) {
      if (/^\.[0-9a-f]{16}\.tmp$/.test(name)) await wipeFile(this.#path(name));
    }
  }

  /** Everything that a device is, for one that is taken out of service. */
  async wipe(): Promise<void> {
    // The one that says that the others are complete goes first.
    const all = ['json', 'key', 'pem', 'next.json', 'pending.json', 'renew.pem'];
    for (const ending of all) await wipeFile(this.#path(`device.${ending}`));
  }

  /** A proven certificate takes its place: done again from the beginning when the power went in the middle. */
  async #finishSwitch(): Promise<void> {
    const next = await this.loadNext();
    if (!next?.isProven || next.certificatePem === undefined) return;
    const { privateKeyPem, certificatePem, bornDue } = next;
    const thing = this.#parse(Thing, (await this.#read('device.json')) ?? '', 'device.json');
    await this.saveKey(privateKeyPem);
    await this.#write('device.pem', certificatePem, 0o644);
    await this.#saveThing({ ...thing, bornDue });
    await this.dropNext();
  }

  #saveThing(thing: z.infer<typeof Thing>): Promise<void> {
    return this.#write('device.json', `${JSON.stringify(thing, null, 2)}\n`, 0o644);
  }

  #write(file: string, text: string, mode: number): Promise<void> {
    return writeDurably(this.#path(file), text, { mode, disk: this.#disk });
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
