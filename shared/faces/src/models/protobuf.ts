/** Protocol Buffers wire format, only as much as an ONNX file needs. Source: protobuf.dev/programming-guides/encoding. */
export type Part = Uint8Array;

/** An integer field; non-negative and below 2^53. */
export function integerField(field: number, value: number): Part {
  return joined([varint(field * 8), varint(value)]);
}

/** A field with a length: bytes, text, or a message given as its fields. */
export function lengthField(field: number, content: Part | string | readonly Part[]): Part {
  const bytes =
    typeof content === 'string'
      ? new TextEncoder().encode(content)
      : 'byteLength' in content
        ? content
        : joined(content);
  return joined([varint(field * 8 + 2), varint(bytes.byteLength), bytes]);
}

/** Fields one after another. */
export function joined(parts: readonly Part[]): Part {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}

function varint(value: number): Part {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
