/**
 * The few packets of MQTT 3.1.1 that a page needs to listen at QoS 0. Section numbers are those of the OASIS standard,
 * http://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html
 */
export type MqttPacket =
  | { readonly type: 'connack'; readonly accepted: boolean }
  | { readonly type: 'suback'; readonly granted: boolean }
  | { readonly type: 'publish'; readonly topic: string; readonly payload: string }
  | { readonly type: 'other' };

/** Largest packet that is read, in bytes: live events are far smaller, so a longer one is not for us. */
const maxPacketBytes = 1_048_576;

/** 3.1: a clean session with user name and password. @param keepAliveSeconds 1 to 65 535 */
export function connectPacket(clientId: string, username: string, password: string, keepAliveSeconds: number) {
  const cleanWithUserAndPassword = 0b1100_0010;
  const head = [...field('MQTT'), 4, cleanWithUserAndPassword, keepAliveSeconds >> 8, keepAliveSeconds & 0xff];
  return packet(0x10, [...head, ...field(clientId), ...field(username), ...field(password)]);
}

/** 3.8: one filter, at QoS 0. */
export function subscribePacket(filter: string) {
  return packet(0x82, [0, 1, ...field(filter), 0]);
}

/** 3.12 */
export function pingPacket() {
  return packet(0xc0, []);
}

/** 3.14 */
export function disconnectPacket() {
  return packet(0xe0, []);
}

/**
 * Packets out of a stream of bytes, which a WebSocket may cut anywhere (6.0).
 * @throws RangeError when the stream is not MQTT, or a packet is over 1 MB
 */
export class MqttReader {
  #rest = new Uint8Array(0);

  read(bytes: Uint8Array): MqttPacket[] {
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    const packets: MqttPacket[] = [];
    let at = 0;
    for (;;) {
      const frame = frameAt(all, at);
      if (!frame) break;
      packets.push(parsed(all[at] ?? 0, all.subarray(frame.from, frame.to)));
      at = frame.to;
    }
    this.#rest = all.slice(at);
    return packets;
  }
}

/** 2.2.3: where the packet that starts at `at` has its body; undefined while it is not all there. */
function frameAt(bytes: Uint8Array, at: number): { from: number; to: number } | undefined {
  let length = 0;
  for (let digit = 0; ; digit += 1) {
    if (digit === 4) throw new RangeError('expected a remaining length of at most four bytes');
    const byte = bytes[at + 1 + digit];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 128 ** digit;
    if (byte < 0x80) {
      if (length > maxPacketBytes) throw new RangeError(`expected a packet under 1 MB, got ${length} bytes`);
      const from = at + 2 + digit;
      return from + length <= bytes.length ? { from, to: from + length } : undefined;
    }
  }
}

function parsed(first: number, body: Uint8Array): MqttPacket {
  switch (first >> 4) {
    case 2:
      return { type: 'connack', accepted: body[1] === 0 };
    case 9:
      return { type: 'suback', granted: (body[2] ?? 0x80) < 0x80 };
    case 3:
      return published(first, body);
    default:
      return { type: 'other' };
  }
}

/** 3.3 */
function published(first: number, body: Uint8Array): MqttPacket {
  const topicEnd = 2 + (((body[0] ?? 0) << 8) | (body[1] ?? 0));
  const hasPacketId = (first & 0b0110) !== 0;
  const decoder = new TextDecoder();
  return {
    type: 'publish',
    topic: decoder.decode(body.subarray(2, topicEnd)),
    payload: decoder.decode(body.subarray(topicEnd + (hasPacketId ? 2 : 0))),
  };
}

/** 1.5.3: UTF-8 with its length before it. */
function field(text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  return [bytes.length >> 8, bytes.length & 0xff, ...bytes];
}

function packet(first: number, body: readonly number[]): Uint8Array<ArrayBuffer> {
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push((rest % 128) | (rest > 127 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Uint8Array.from([first, ...length, ...body]);
}
