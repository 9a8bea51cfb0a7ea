/** A square RGB picture for a network: all reds, then all greens, then all blues; values 0 to 255 unless normalized. */
export interface Planar {
  readonly data: Float32Array;
  readonly side: number;
}

/** (value − mean of its channel) × scale, as a new picture. */
export function normalized(
  { data, side }: Planar,
  mean: readonly [number, number, number],
  scale: number,
): Float32Array {
  const area = side * side;
  const out = new Float32Array(data.length);
  for (let channel = 0; channel < 3; channel++) {
    const m = mean[channel] ?? 0;
    const end = (channel + 1) * area;
    for (let i = channel * area; i < end; i++) out[i] = ((data[i] ?? 0) - m) * scale;
  }
  return out;
}

/** Left and right changed over. */
export function mirrored({ data, side }: Planar): Planar {
  const out = new Float32Array(data.length);
  for (let row = 0; row < data.length; row += side) {
    for (let x = 0; x < side; x++) out[row + side - 1 - x] = data[row + x] ?? 0;
  }
  return { data: out, side };
}
