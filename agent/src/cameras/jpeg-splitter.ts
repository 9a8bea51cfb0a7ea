/** A frame larger than this is none: 12 megapixels at the best quality stay below it. */
const maxFrameBytes = 32 * 1024 * 1024;

/** Cuts a stream of JPEGs, one after the other, into JPEGs. What is none, or was cut off, is dropped and counted. */
export class JpegSplitter {
  /** Used again and again: what is made per frame is the frame alone. */
  #store: Buffer = Buffer.allocUnsafe(512 * 1024);
  /** What waits in it, from … to. */
  #from = 0;
  #to = 0;
  #badFrames = 0;
  #inGarbage = false;

  get badFrames(): number {
    return this.#badFrames;
  }

  /** @returns the JPEGs that are whole now, in order. */
  push(chunk: Uint8Array): Buffer[] {
    this.#append(chunk);
    const whole: Buffer[] = [];
    for (;;) {
      this.#dropUntilStart();
      const waiting = this.#store.subarray(this.#from, this.#to);
      const end = endOf(waiting);
      if (end === 'more') break;
      if (typeof end === 'number') whole.push(Buffer.from(waiting.subarray(0, end)));
      else this.#badFrames++;
      this.#from += typeof end === 'number' ? end : end.bad;
    }
    if (this.#to - this.#from > maxFrameBytes) {
      this.#badFrames++;
      this.#inGarbage = true;
      this.#from = this.#to;
    }
    return whole;
  }

  /** The stream is over: what has begun is cut off. */
  end(): void {
    if (this.#to > this.#from && !this.#inGarbage) this.#badFrames++;
    this.#from = this.#to;
  }

  #append(chunk: Uint8Array): void {
    const waiting = this.#to - this.#from;
    if (this.#to + chunk.length > this.#store.length) {
      const bytes = waiting + chunk.length;
      const store = bytes * 2 > this.#store.length ? Buffer.allocUnsafe(bytes * 2) : this.#store;
      this.#store.copy(store, 0, this.#from, this.#to);
      this.#store = store;
      this.#from = 0;
      this.#to = waiting;
    }
    this.#store.set(chunk, this.#to);
    this.#to += chunk.length;
  }

  /** Goes to the next start of image. However much lies between two frames, it is one bad frame. */
  #dropUntilStart(): void {
    const waiting = this.#store.subarray(this.#from, this.#to);
    const start = waiting.indexOf(startOfImage);
    if (start === 0) {
      this.#inGarbage = false;
      return;
    }
    // A single 0xff may yet become a start.
    const endsInFf = waiting.at(-1) === 0xff;
    if (waiting.length > (endsInFf ? 1 : 0) && !this.#inGarbage) {
      this.#badFrames++;
      this.#inGarbage = true;
    }
    if (start > 0) {
      this.#from += start;
      this.#inGarbage = false;
    } else this.#from = endsInFf ? this.#to - 1 : this.#to;
  }
}

const startOfImage = Buffer.from([0xff, 0xd8]);
const endOfImage = Buffer.from([0xff, 0xd9]);
const startOfScan = 0xda;

/** Where the JPEG at the beginning of `data` ends; or that it is `bad` up to there; or that `more` is needed to know. */
function endOf(data: Buffer): number | { bad: number } | 'more' {
  let at = 2;
  // Segments are skipped by length: a thumbnail in one has an end of image of its own.
  for (;;) {
    if (at + 4 > data.length) return 'more';
    if (data[at] !== 0xff) return { bad: at };
    const marker = data[at + 1];
    if (marker === 0xff) {
      at++;
      continue;
    }
    at += 2 + data.readUInt16BE(at + 2);
    if (marker === startOfScan) break;
  }
  const end = data.indexOf(endOfImage, at);
  // Neither marker occurs in coded data (T.81, B.1.1.5): another start first means that this one was cut off.
  const limit = end < 0 ? data.length : end;
  const next = data.subarray(0, limit).indexOf(startOfImage, at);
  if (next >= 0) return { bad: next };
  return end < 0 ? 'more' : end + 2;
}
