import { type OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';
import { z } from 'zod';
import type { Key, Table } from '../ports/table.ts';

const UnfinishedPhoto = z.object({ personId: PersonId, photoId: PhotoId, since: z.number() });
/** A photo whose picture and vector are being written or removed. */
export type UnfinishedPhoto = Readonly<z.infer<typeof UnfinishedPhoto>>;

/** Notes of work on photos: one that outlives its process points at what was left behind. */
export class UnfinishedPhotoStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async begin(org: OrganizationId, photo: UnfinishedPhoto): Promise<void> {
    await this.#table.put({ ...photo, ...key(org, photo.photoId) });
  }

  async end(org: OrganizationId, photoId: PhotoId): Promise<void> {
    await this.#table.delete(key(org, photoId));
  }

  /** Oldest first, at most 1,000. */
  async list(org: OrganizationId): Promise<UnfinishedPhoto[]> {
    const page = await this.#table.query({ partition: `${org}#unfinished-photos`, limit: 1000 });
    return page.items.map((item) => UnfinishedPhoto.parse(item));
  }
}

function key(org: OrganizationId, photoId: PhotoId): Key {
  return { pk: `${org}#unfinished-photos`, sk: photoId };
}
