import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { listen } from '../loopback.ts';

/** How a network fails. Each of them ends all connections in the end, as a device and a broker see it. */
export type Failure =
  /** At once. */
  | 'cut'
  /** In the middle of what is being sent next. */
  | 'torn'
  /** Nothing comes through any more, either way, and nobody is told, for a while. */
  | 'silence'
  /** What the device sends arrives, what it is told does not: acks are lost. */
  | 'deaf'
  /** Everything takes a fifth of a second longer, for a while. */
  | 'slow'
  /** Whoever connects is thrown out, for a while. */
  | 'refused';

export const failures: readonly Failure[] = ['cut', 'torn', 'silence', 'deaf', 'slow', 'refused'];

const whileMs = 1_500;
const slowMs = 200;

/** The network between devices and a broker, on a port of its own: it passes everything on until it is told to fail. */
export class BrokenNetwork {
  port = 0;
  readonly #server = createServer((socket) => this.#join(socket));
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #failing: Failure | undefined;

  private constructor(target: number) {
    this.#target = target;
  }

  /** @param target the broker's port. */
  static async before(target: number): Promise<BrokenNetwork> {
    const network = new BrokenNetwork(target);
    network.port = await listen(network.#server);
    return network;
  }

  /** Resolves when it works again. */
  async fail(failure: Failure): Promise<void> {
    this.#failing = failure;
    if (failure === 'refused') this.#endAll();
    if (failure === 'torn') await this.#nextTear();
    else if (failure !== 'cut') await wait(whileMs);
    this.#failing = undefined;
    this.#endAll();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#endAll();
  }

  #join(device: Socket): void {
    if (this.#failing === 'refused') {
      device.destroy();
      return;
    }
    const broker = connect(this.#target, '127.0.0.1');
    this.#pass(device, broker, 'up');
    this.#pass(broker, device, 'down');
  }

  #pass(from: Socket, to: Socket, way: 'up' | 'down'): void {
    this.#sockets.add(from);
    let queue = Promise.resolve();
    from.on('data', (chunk) => {
      queue = queue.then(() => this.#carry(chunk, to, way));
    });
    from.on('error', () => {});
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }

  async #carry(chunk: Buffer, to: Socket, way: 'up' | 'down'): Promise<void> {
    if (this.#failing === 'silence' || (this.#failing === 'deaf' && way === 'down')) return;
    if (this.#failing === 'slow') await wait(slowMs);
    if (this.#failing === 'torn' && way === 'up' && chunk.length > 1) {
      to.write(chunk.subarray(0, Math.ceil(chunk.length / 2)), () => this.#endAll());
      return;
    }
    to.write(chunk);
  }

  /** Resolves when something was torn, or when nobody sends anything. */
  async #nextTear(): Promise<void> {
    const sockets = [...this.#sockets];
    await Promise.race([wait(whileMs), ...sockets.map((socket) => once(socket, 'close'))]);
  }

  #endAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
