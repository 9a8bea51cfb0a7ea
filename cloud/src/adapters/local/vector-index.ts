import type { PersonId, PhotoId } from '@rollcall/contract/ids';
import { vectorLength } from '@rollcall/faces/describe-face';
import { type Handicapped, meanVector, oneOfSeveral } from '@rollcall/faces/mean-vector';
import { scalarProduct, similarityAt } from '@rollcall/faces/similarity';
import type { Candidate } from '../../ports/face-engine.ts';

/** What the index knows of one person: the row of each photo, and of their mean once there are two. */
interface Entry {
  /** Position in the arrays that hold a number per person. */
  readonly seat: number;
  readonly rows: Map<PhotoId, number>;
  meanRow?: number;
}

/**
 * The unit vectors of one organization in one block of memory, scanned whole: 30,000 of them take some milliseconds, which no tree beats
 * at 128 dimensions without giving up recall. A person is as similar as the mean of the photos or, with a handicap, the best of them.
 */
export class VectorIndex {
  readonly #people = new Map<PersonId, Entry>();
  readonly #seats: (PersonId | undefined)[] = [];
  readonly #freeSeats: number[] = [];
  #vectors = new Float32Array(0);
  #owners = new Int32Array(0);
  /** Half of each row's handicap: what its scalar products are lowered by. */
  #lowered = new Float32Array(0);
  #rowCount = 0;

  /** Vectors of photos; means are not counted. */
  get size(): number {
    let size = 0;
    for (const entry of this.#people.values()) size += entry.rows.size;
    return size;
  }

  /** Adds the vector of a photo, or replaces it. */
  put(personId: PersonId, photoId: PhotoId, vector: Float32Array): void {
    const entry = this.#people.get(personId) ?? this.#seat(personId);
    const row = entry.rows.get(photoId) ?? this.#append(entry.seat);
    entry.rows.set(photoId, row);
    this.#vectors.set(vector, row * vectorLength);
    this.#refreshMean(entry);
  }

  /** Removes the vector of a photo. @returns whether it was there. */
  remove(personId: PersonId, photoId: PhotoId): boolean {
    const entry = this.#people.get(personId);
    const row = entry?.rows.get(photoId);
    if (!entry || row === undefined) return false;
    entry.rows.delete(photoId);
    this.#drop(row);
    this.#refreshMean(entry);
    if (entry.rows.size > 0) return true;
    this.#people.delete(personId);
    this.#seats[entry.seat] = undefined;
    this.#freeSeats.push(entry.seat);
    return true;
  }

  /** The `limit` people that `vector` resembles most, best first. */
  search({ vector, handicap }: Handicapped, limit: number): Candidate[] {
    const best = new Float32Array(this.#seats.length).fill(Number.NEGATIVE_INFINITY);
    for (let row = 0, offset = 0; row < this.#rowCount; row++, offset += vectorLength) {
      const product = scalarProduct(vector, this.#vectors, offset) - this.#lowered[row]!;
      const owner = this.#owners[row]!;
      if (product > best[owner]!) best[owner] = product;
    }
    return this.#leaders(best, limit).flatMap((seat) => {
      const personId = this.#seats[seat];
      const distance = Math.sqrt(Math.max(0, 2 - 2 * best[seat]! + handicap));
      return personId ? [{ personId, similarity: similarityAt(distance) }] : [];
    });
  }

  /** Seats of the highest, highest first. */
  #leaders(best: Float32Array, limit: number): number[] {
    const leaders: number[] = [];
    for (let seat = 0; seat < best.length; seat++) {
      const product = best[seat]!;
      if (product === Number.NEGATIVE_INFINITY) continue;
      const last = leaders.at(-1);
      if (leaders.length === limit && last !== undefined && product <= best[last]!) continue;
      const place = leaders.findIndex((leader) => product > best[leader]!);
      leaders.splice(place === -1 ? leaders.length : place, 0, seat);
      if (leaders.length > limit) leaders.pop();
    }
    return leaders;
  }

  #seat(personId: PersonId): Entry {
    const seat = this.#freeSeats.pop() ?? this.#seats.length;
    this.#seats[seat] = personId;
    const entry: Entry = { seat, rows: new Map() };
    this.#people.set(personId, entry);
    return entry;
  }

  /** With one photo the mean is the photo. */
  #refreshMean(entry: Entry): void {
    if (entry.rows.size < 2) {
      const row = entry.meanRow;
      delete entry.meanRow;
      if (row !== undefined) this.#drop(row);
      for (const only of entry.rows.values()) this.#lowered[only] = 0;
      return;
    }
    for (const row of entry.rows.values()) this.#lowered[row] = oneOfSeveral / 2;
    const photos = [...entry.rows.values()].map((row) => ({ vector: this.#row(row), weight: 1 }));
    const { vector, handicap } = meanVector(photos);
    entry.meanRow ??= this.#append(entry.seat);
    this.#vectors.set(vector, entry.meanRow * vectorLength);
    this.#lowered[entry.meanRow] = handicap / 2;
  }

  #row(row: number): Float32Array {
    return this.#vectors.subarray(row * vectorLength, (row + 1) * vectorLength);
  }

  #append(seat: number): number {
    const row = this.#rowCount++;
    if (row >= this.#owners.length) this.#grow(Math.max(256, Math.ceil(row * 1.5)));
    this.#owners[row] = seat;
    return row;
  }

  /** The last row takes the place of the dropped one; nothing of the dropped one stays in memory. */
  #drop(row: number): void {
    const last = --this.#rowCount;
    if (row !== last) {
      this.#row(row).set(this.#row(last));
      this.#lowered[row] = this.#lowered[last]!;
      const seat = this.#owners[last]!;
      this.#owners[row] = seat;
      this.#renumber(seat, last, row);
    }
    this.#row(last).fill(0);
  }

  #renumber(seat: number, from: number, to: number): void {
    const personId = this.#seats[seat];
    const entry = personId && this.#people.get(personId);
    if (!entry) return;
    if (entry.meanRow === from) entry.meanRow = to;
    for (const [photoId, row] of entry.rows) if (row === from) entry.rows.set(photoId, to);
  }

  #grow(rows: number): void {
    const vectors = new Float32Array(rows * vectorLength);
    vectors.set(this.#vectors);
    this.#vectors = vectors;
    const owners = new Int32Array(rows);
    owners.set(this.#owners);
    this.#owners = owners;
    const lowered = new Float32Array(rows);
    lowered.set(this.#lowered);
    this.#lowered = lowered;
  }
}
