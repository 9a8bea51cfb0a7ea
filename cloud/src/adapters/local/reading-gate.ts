import type { Duplex } from 'node:stream';

/**
 * Stops reading from a connection while messages of it wait to be handled, so that the rest stays in the sender's socket.
 * aedes reads whenever there is something to read, whether it is done with what it has or not.
 */
export class ReadingGate {
  readonly #stream: Duplex;
  #waiting = 0;

  constructor(stream: Duplex) {
    this.#stream = stream;
    const read = stream.read.bind(stream) as (size?: number) => unknown;
    stream.read = (size?: number): unknown => (this.#waiting > 0 ? null : read(size));
  }

  /** Holds reading until `work` is done. */
  async holdFor(work: Promise<void>): Promise<void> {
    this.#waiting++;
    try {
      await work;
    } finally {
      this.#waiting--;
      // Whoever was told of data and got none is told again.
      if (this.#waiting === 0) setImmediate(() => this.#stream.emit('readable'));
    }
  }
}
