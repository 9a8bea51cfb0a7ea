import { connectPacket, disconnectPacket, MqttReader, pingPacket, subscribePacket } from './mqtt-packets.ts';

export interface MqttListenerOptions {
  readonly url: string;
  /** With what the id of each connection begins. */
  readonly clientIdPrefix: string;
  readonly username: string;
  /** Asked at each connection: tokens expire. */
  readonly password: () => Promise<string>;
  readonly filter: string;
  readonly onMessage: (payload: string) => void;
  /** Whether messages arrive now. */
  readonly onState: (listening: boolean) => void;
}

const keepAliveSeconds = 30;
/** ms until a connection that says nothing is given up. */
const silenceMs = (keepAliveSeconds + 15) * 1_000;
/** ms before the next try: doubled after each that failed, with jitter so that a hundred screens do not come at once. */
const retryMs = { first: 1_000, most: 30_000 };

/**
 * Listens to one MQTT filter over a WebSocket and reconnects for ever. The whole client that a page needs, in 2 KB: the usual
 * library is 100 KB of a first load that may have 250.
 */
export class MqttListener {
  readonly #options: MqttListenerOptions;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ping: ReturnType<typeof setInterval> | undefined;
  #heardAt = 0;
  #failures = 0;
  #stopped = false;

  constructor(options: MqttListenerOptions) {
    this.#options = options;
    void this.#connect();
  }

  /** Ends it. May be called twice. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#ping);
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket?.readyState === WebSocket.OPEN) socket.send(disconnectPacket());
    socket?.close();
  }

  async #connect(): Promise<void> {
    const { url, clientIdPrefix, username } = this.#options;
    // Before the connection is begun: a server waits for no more than a few seconds.
    const password = await this.#options.password();
    if (this.#stopped) return;
    const socket = new WebSocket(url, 'mqtt');
    const reader = new MqttReader();
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#heardAt = Date.now();
    socket.addEventListener('open', () =>
      socket.send(connectPacket(clientIdPrefix + randomName(), username, password, keepAliveSeconds)),
    );
    socket.addEventListener('message', ({ data }) => {
      if (data instanceof ArrayBuffer) this.#hear(socket, reader, new Uint8Array(data));
    });
    socket.addEventListener('close', () => this.#lost(socket));
    clearInterval(this.#ping);
    this.#ping = setInterval(() => this.#keepAlive(socket), (keepAliveSeconds / 2) * 1_000);
  }

  #hear(socket: WebSocket, reader: MqttReader, bytes: Uint8Array): void {
    this.#heardAt = Date.now();
    try {
      for (const packet of reader.read(bytes)) {
        if (packet.type === 'publish') this.#options.onMessage(packet.payload);
        else if (packet.type === 'connack' && packet.accepted) socket.send(subscribePacket(this.#options.filter));
        else if (packet.type === 'suback' && packet.granted) this.#listening();
        else if (packet.type !== 'other') socket.close();
      }
    } catch {
      // Not MQTT: a proxy in between, perhaps. The next connection may do better.
      socket.close();
    }
  }

  #listening(): void {
    this.#failures = 0;
    this.#options.onState(true);
  }

  #keepAlive(socket: WebSocket): void {
    if (Date.now() - this.#heardAt > silenceMs) {
      // A network that went away does not close a socket for minutes: give it up here.
      socket.close();
      this.#lost(socket);
    } else if (socket.readyState === WebSocket.OPEN) socket.send(pingPacket());
  }

  #lost(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    clearInterval(this.#ping);
    this.#options.onState(false);
    const ceiling = Math.min(retryMs.most, retryMs.first * 2 ** this.#failures);
    this.#failures += 1;
    this.#timer = setTimeout(() => void this.#connect(), ceiling / 2 + Math.random() * (ceiling / 2));
  }
}

/** Of hexadecimal digits: `crypto.randomUUID` is there on secure origins alone, and a site may be reached by plain http. */
function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
