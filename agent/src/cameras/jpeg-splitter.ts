/** A frame larger than this is none: 12 megapixels at the best quality stay below it. */
const maxFrameBytes = 32 * 1024 * 1024;

/** Cuts a stream of JPEGs, one after the other, into JPEGs. What is none, or was cut off, is dropped and counted. */
export class JpegSplitter {
  #waiting: Buffer = Buffer.alloc(0);
  #badFrames = 0;
  #inGarbage = false;

  get badFrames(): number {
    return this.#badFrames;
  }

  /** @returns the JPEGs that are whole now, in order. */
  push(chunk: Uint8Array): Buffer[] {
    this.#waiting = this.#waiting.length > 0 ? Buffer.concat([this.#waiting, chunk]) : Buffer.from(chunk);
    const whole: Buffer[] = [];
    for (;;) {
      this.#dropUntilStart();
      const end = endOf(this.#waiting);
      if (end === 'more') break;
      if (typeof end === 'number') whole.push(this.#waiting.subarray(0, end));
      else this.#badFrames++;
      this.#waiting = this.#waiting.subarray(typeof end === 'number' ? end : end.bad);
    }
    if (this.#waiting.length > maxFrameBytes) {
      this.#badFrames++;
      this.#inGarbage = true;
      this.#waiting = Buffer.alloc(0);
    }
    return whole;
  }

  /** The stream is over: what has begun is cut off. */
  end(): void {
    if (this.#waiting.length > 0 && !this.#inGarbage) this.#badFrames++;
    this.#waiting = Buffer.alloc(0);
  }

  /** Goes to the next start of image. However much lies between two frames, it is one bad frame. */
  #dropUntilStart(): void {
    const start = this.#waiting.indexOf(startOfImage);
    if (start === 0) {
      this.#inGarbage = false;
      return;
    }
    // A single 0xff may yet become a start.
    const isGarbage = this.#waiting.length > 1 || (this.#waiting.length === 1 && this.#waiting[0] !== 0xff);
    if (isGarbage && !this.#inGarbage) {
      this.#badFrames++;
      this.#inGarbage = true;
    }
    const last = this.#waiting.length - 1;
    const kept = start > 0 ? start : this.#waiting[last] === 0xff ? last : this.#waiting.length;
    this.#waiting = this.#waiting.subarray(kept);
    if (start > 0) this.#inGarbage = false;
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
