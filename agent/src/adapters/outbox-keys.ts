import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Misconfigured } from '@rollcall/kit/app-error';
import type { Disk } from '@rollcall/kit/disk';
import type { Log } from '@rollcall/kit/log';
import { writeDurably } from '@rollcall/kit/write-durably';
import { isDiskError } from './disk-error.ts';
import { type SealKey, sealKeyOf } from './seal.ts';

export interface OutboxKeysOptions {
  readonly dataDir: string;
  /** The secret comes from there instead of from the device's own file. */
  readonly keyFile?: string | undefined;
  readonly disk: Disk;
  readonly log: Log;
}

/** The secret that a device makes for itself, in its data folder. Deleting it makes everything that was sealed with it unreadable. */
export const ownKeyFile = 'outbox.key';

const secretBytes = 32;

/**
 * What the outbox is sealed with: a secret of its own, so that the certificate and its key come and go without it (ADR 8). With `keyFile`
 * the secret is that file's, and what the device's own has sealed is read still.
 */
export class OutboxKeys {
  readonly #options: OutboxKeysOptions;
  #keys: SealKey[] = [];
  #current: SealKey | undefined;
  #making: Promise<SealKey> | undefined;

  private constructor(options: OutboxKeysOptions) {
    this.#options = options;
  }

  /** @throws Misconfigured when `keyFile` cannot be read or is too short. */
  static async open(options: OutboxKeysOptions): Promise<OutboxKeys> {
    const keys = new OutboxKeys(options);
    await keys.#load();
    return keys;
  }

  /** Whatever may open something. */
  get all(): readonly SealKey[] {
    return this.#keys;
  }

  /** The one to seal with. The first call of a new device makes it; it is durable before anything is sealed with it. @throws a disk's error. */
  async current(): Promise<SealKey> {
    if (this.#current) return this.#current;
    // Two who need it at once get the same.
    this.#making ??= this.#make().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  /** Nothing is sealed any more but what will be: an own secret that `keyFile` has replaced is not kept. */
  async forgetReplaced(): Promise<void> {
    if (this.#options.keyFile === undefined || this.#keys.length < 2) return;
    await this.#options.disk.remove(this.#ownPath);
    this.#keys = this.#keys.slice(0, 1);
  }

  async #load(): Promise<void> {
    const { keyFile, disk } = this.#options;
    if (keyFile !== undefined) this.#use(await readKeyFile(disk, keyFile));
    const own = await this.#loadOwn();
    if (!own) return;
    if (this.#current) this.#keys.push(sealKeyOf(own));
    else this.#use(own);
  }

  async #loadOwn(): Promise<Buffer | undefined> {
    const { disk, log } = this.#options;
    let secret: Buffer;
    try {
      secret = await disk.read(this.#ownPath);
    } catch (error) {
      if (isDiskError(error) && error.code === 'ENOENT') return undefined;
      throw error;
    }
    if (secret.length === secretBytes) return secret;
    log.error('outbox-key-damaged', { reason: `${this.#ownPath} is damaged: what it sealed cannot be read any more` });
    await disk.rename(this.#ownPath, `${this.#ownPath}.damaged`);
    return undefined;
  }

  async #make(): Promise<SealKey> {
    const secret = randomBytes(secretBytes);
    await writeDurably(this.#ownPath, secret, { disk: this.#options.disk });
    return this.#use(secret);
  }

  #use(secret: Uint8Array): SealKey {
    this.#current = sealKeyOf(secret);
    this.#keys.unshift(this.#current);
    return this.#current;
  }

  get #ownPath(): string {
    return join(this.#options.dataDir, ownKeyFile);
  }
}

async function readKeyFile(disk: Disk, path: string): Promise<Buffer> {
  let secret: Buffer;
  try {
    secret = await disk.read(path);
  } catch (cause) {
    throw new Misconfigured(`outbox.keyFile: ${path} cannot be read: ${String(cause)}`, { cause });
  }
  if (secret.length >= secretBytes) return secret;
  throw new Misconfigured(`outbox.keyFile: expected ${secretBytes} bytes or more in ${path}, got ${secret.length}`);
}
