import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectPacket, MqttReader, pingPacket, subscribePacket } from './mqtt-packets.ts';

describe('MQTT packets', () => {
  it('connects as the standard lays it out', () => {
    const head = [0x10, 24, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0xc2, 0, 30];
    const fields = [0, 2, 0x69, 0x64, 0, 5, 0x74, 0x6f, 0x6b, 0x65, 0x6e, 0, 1, 0x78];
    expect(Array.from(connectPacket('id', 'token', 'x', 30))).toEqual(head.concat(fields));
  });

  it('writes the length of a long token in two bytes', () => {
    const packet = connectPacket('id', 'token', 'x'.repeat(900), 30);
    expect(((packet[1] ?? 0) % 128) | ((packet[2] ?? 0) << 7)).toBe(packet.length - 3);
  });

  it('subscribes at QoS 0 and pings', () => {
    expect(Array.from(subscribePacket('a/#'))).toEqual([0x82, 8, 0, 1, 0, 3, 0x61, 0x2f, 0x23, 0]);
    expect(Array.from(pingPacket())).toEqual([0xc0, 0]);
  });

  it('reads what was published, however the stream is cut', () => {
    const messages = fc.array(fc.record({ topic: fc.string(), payload: fc.string({ maxLength: 400 }) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(messages, fc.integer({ min: 1, max: 50 }), (sent, cut) => {
        const stream = Uint8Array.from(sent.flatMap(({ topic, payload }) => publish(topic, payload)));
        const reader = new MqttReader();
        const read = [];
        for (let at = 0; at < stream.length; at += cut) read.push(...reader.read(stream.subarray(at, at + cut)));
        expect(read).toEqual(sent.map((message) => ({ type: 'publish', ...message })));
      }),
    );
  });

  it('tells a refused connection and a refused subscription', () => {
    const reader = new MqttReader();
    expect(reader.read(Uint8Array.from([0x20, 2, 0, 5, 0x90, 3, 0, 1, 0x80]))).toEqual([
      { type: 'connack', accepted: false },
      { type: 'suback', granted: false },
    ]);
  });

  it('gives up on a stream that is not MQTT', () => {
    expect(() => new MqttReader().read(Uint8Array.from([0x30, 0xff, 0xff, 0xff, 0xff, 1]))).toThrow(RangeError);
  });
});

function publish(topic: string, payload: string): number[] {
  const encoder = new TextEncoder();
  const name = encoder.encode(topic);
  const body = [name.length >> 8, name.length & 0xff, ...name, ...encoder.encode(payload)];
  const length = body.length < 128 ? [body.length] : [(body.length % 128) | 0x80, Math.floor(body.length / 128)];
  return [0x30, ...length, ...body];
}
