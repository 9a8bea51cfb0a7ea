import type { OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';
import type { Handicapped } from '@rollcall/faces/mean-vector';
import { parseVector, vectorText } from '@rollcall/faces/vector-text';
import type { Candidate, EngineStamp } from '../../ports/face-engine.ts';
import type { VectorStore } from '../../store/vector-store.ts';
import { VectorIndex } from './vector-index.ts';

/**
 * Each organization's vectors: durable in the table, searched in memory, loaded when first needed. The table is written first, so that
 * memory never knows a face that a restart would forget. Only vectors of `stamp` are loaded and compared.
 */
export class VectorCollections {
  readonly #store: VectorStore;
  readonly #stamp: EngineStamp;
  readonly #loaded = new Map<OrganizationId, Promise<VectorIndex>>();
  /** The last change of each organization: changes follow one another, so that memory and table end alike. */
  readonly #changes = new Map<OrganizationId, Promise<unknown>>();

  constructor(store: VectorStore, stamp: EngineStamp) {
    this.#store = store;
    this.#stamp = stamp;
  }

  /** The people that a face resembles most, best first. */
  async search(org: OrganizationId, face: Handicapped, limit: number): Promise<Candidate[]> {
    return (await this.#index(org)).search(face, limit);
  }

  async put(org: OrganizationId, personId: PersonId, photoId: PhotoId, vector: Float32Array): Promise<void> {
    await this.#change(org, async (index) => {
      await this.#store.put(org, { personId, photoId, stamp: this.#stamp, vector: vectorText(vector) });
      index.put(personId, photoId, vector);
    });
  }

  /** @returns how many vectors are gone, those of other stamps included. */
  async delete(org: OrganizationId, personId: PersonId, photoId?: PhotoId): Promise<number> {
    return this.#change(org, async (index) => {
      const gone = await this.#store.delete(org, personId, photoId);
      for (const photo of gone) index.remove(personId, photo);
      return gone.length;
    });
  }

  /** Photos whose vectors were made by another engine or version: they match nobody until they are indexed again. */
  async stale(org: OrganizationId): Promise<{ personId: PersonId; photoId: PhotoId }[]> {
    const stale: { personId: PersonId; photoId: PhotoId }[] = [];
    for await (const { personId, photoId, stamp } of this.#store.all(org)) {
      if (!this.#isCurrent(stamp)) stale.push({ personId, photoId });
    }
    return stale;
  }

  async #change<T>(org: OrganizationId, change: (index: VectorIndex) => Promise<T>): Promise<T> {
    const before = this.#changes.get(org) ?? Promise.resolve();
    const done = before.then(async () => change(await this.#index(org)));
    this.#changes.set(
      org,
      done.catch(() => {}),
    );
    return done;
  }

  #index(org: OrganizationId): Promise<VectorIndex> {
    const known = this.#loaded.get(org);
    if (known) return known;
    const loading = this.#load(org);
    this.#loaded.set(org, loading);
    // A table that is away now may be back at the next request.
    loading.catch(() => this.#loaded.delete(org));
    return loading;
  }

  async #load(org: OrganizationId): Promise<VectorIndex> {
    const index = new VectorIndex();
    for await (const { personId, photoId, stamp, vector } of this.#store.all(org)) {
      if (this.#isCurrent(stamp)) index.put(personId, photoId, parseVector(vector));
    }
    return index;
  }

  #isCurrent(stamp: EngineStamp): boolean {
    return stamp.engine === this.#stamp.engine && stamp.version === this.#stamp.version;
  }
}
