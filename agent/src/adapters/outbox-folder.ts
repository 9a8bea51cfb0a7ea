import { join } from 'node:path';
import type { Disk } from '@rollcall/kit/disk';
import { makeFolderDurably, writeDurably } from '@rollcall/kit/write-durably';
import type { OutboxItem } from '../ports/outbox.ts';
import { isDiskError } from './disk-error.ts';
import { outboxFileName, parseOutboxFileName } from './outbox-file-name.ts';
import type { OutboxKeys } from './outbox-keys.ts';
import { isSound, spaceOf } from './outbox-payload.ts';
import { decodeRecord, encodeRecord, type OutboxRecord } from './outbox-record.ts';
import type { ParkedFolder } from './parked-folder.ts';
import { seal, sealBytes, unseal } from './seal.ts';

export interface OutboxFolderOptions {
  readonly folder: string;
  readonly disk: Disk;
  readonly keys: OutboxKeys;
  readonly parked: ParkedFolder;
}

/** What reading an item comes to. */
export type FolderRead = { readonly record: OutboxRecord } | { readonly problem: string } | 'gone';

/** The space that a record takes on the disk. */
export function sealedSpaceOf(record: OutboxRecord): number {
  return spaceOf(encodeRecord(record).length + sealBytes);
}

/** The files of an outbox: one per item, sealed, whole or not at all. */
export class OutboxFolder {
  readonly #options: OutboxFolderOptions;
  /** Written before there were seals. */
  readonly #unsealed = new Set<number>();

  constructor(options: OutboxFolderOptions) {
    this.#options = options;
  }

  /** What is there, in order of arrival. Clears half-written files away, and parks what is not an outbox's. */
  async open(): Promise<OutboxItem[]> {
    const { folder, disk, parked } = this.#options;
    await makeFolderDurably(folder, { disk, mode: 0o700 });
    const items: OutboxItem[] = [];
    for (const file of (await disk.list(folder)).sort()) {
      const path = join(folder, file);
      const named = parseOutboxFileName(file);
      if (named) {
        const { isSealed, ...item } = named;
        if (!isSealed) this.#unsealed.add(item.seq);
        items.push({ ...item, bytes: await this.#space(path) });
      } else if (file.endsWith('.tmp')) await this.#clearAway(path);
      else await parked.move(path, file, 'no outbox wrote this file');
    }
    return items;
  }

  /** Durable when it resolves. @throws a disk's error. */
  async write(item: OutboxItem, record: OutboxRecord): Promise<void> {
    const { disk, keys } = this.#options;
    const sealed = seal(await keys.current(), this.#file(item), encodeRecord(record));
    await writeDurably(this.#path(item), sealed, { disk });
  }

  async read(item: OutboxItem): Promise<FolderRead> {
    let bytes: Buffer;
    try {
      bytes = await this.#options.disk.read(this.#path(item));
    } catch (error) {
      if (!isDiskError(error)) throw error;
      return error.code === 'ENOENT' ? 'gone' : { problem: `cannot be read: ${error.message}` };
    }
    return this.#unsealed.has(item.seq) ? readUnsealed(item, bytes) : this.#readSealed(item, bytes);
  }

  /** Not durable by itself: after a power cut it may be back. @throws a disk's error. */
  async remove(item: OutboxItem): Promise<void> {
    await this.#options.disk.remove(this.#path(item));
    this.#unsealed.delete(item.seq);
  }

  async park(item: OutboxItem, reason: string): Promise<void> {
    await this.#options.parked.move(this.#path(item), this.#file(item), reason);
    this.#unsealed.delete(item.seq);
  }

  /** Parks what is not in a file. */
  async parkRecord(item: OutboxItem, record: OutboxRecord, reason: string): Promise<void> {
    await this.#options.parked.write(this.#file(item), encodeRecord(record), reason);
  }

  /** What cannot be looked at is an item still: what is wrong with it is said when it is read. */
  async #space(path: string): Promise<number> {
    try {
      return spaceOf((await this.#options.disk.look(path)).bytes);
    } catch (error) {
      if (!isDiskError(error)) throw error;
      return spaceOf(1);
    }
  }

  /** A disk that is read-only keeps it, which is in nobody's way. */
  async #clearAway(path: string): Promise<void> {
    try {
      await this.#options.disk.remove(path);
    } catch (error) {
      if (!isDiskError(error)) throw error;
    }
  }

  #readSealed(item: OutboxItem, bytes: Buffer): FolderRead {
    const unsealed = unseal(this.#options.keys.all, this.#file(item), bytes);
    if ('problem' in unsealed) return unsealed;
    const record = decodeRecord(unsealed.data);
    return record ? { record } : { problem: 'what was sealed is no message' };
  }

  #file(item: OutboxItem): string {
    return outboxFileName({ ...item, isSealed: !this.#unsealed.has(item.seq) });
  }

  #path(item: OutboxItem): string {
    return join(this.#options.folder, this.#file(item));
  }
}

function readUnsealed(item: OutboxItem, payload: Buffer): FolderRead {
  if (isSound(item, payload)) return { record: { payload } };
  return { problem: `damaged on disk: ${payload.length} bytes that are not the ${item.kind} ${item.id}` };
}
