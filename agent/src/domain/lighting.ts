/** How the light of the whole picture differs from that of the background: `cell ≈ gain × background + offset`. */
export interface Lighting {
  readonly gain: number;
  readonly offset: number;
}

export const sameLight: Lighting = { gain: 1, offset: 0 };

/** Cells that are off by more than this after the first fit belong to somebody, not to the light. */
const outlierLevels = 10;
/** Every so many cells is enough: there are thousands, and two numbers to find. */
const sampled = 2;
/** Over- and underexposed cells say nothing of the light. */
const darkest = 6;
const brightest = 249;

/**
 * The light that explains most of the picture: auto exposure, a lamp, dusk. First by the median of the ratios, which up to half of the picture
 * may contradict, then by least squares over the cells that agree with it.
 * @param usable 1 for cells to go by: watched, and background in the frame before.
 */
export function fitLighting(cells: Float32Array, background: Float32Array, usable: Uint8Array): Lighting {
  const ratios = new Int32Array(ratioBins);
  let total = 0;
  for (let i = 0; i < cells.length; i += sampled) {
    const cell = cells[i] ?? 0;
    const back = background[i] ?? 0;
    if (!usable[i] || back < darkest || back > brightest || cell < darkest || cell > brightest) continue;
    const bin = Math.min(ratioBins - 1, Math.floor((cell / back) * binsPerUnit));
    ratios[bin] = (ratios[bin] ?? 0) + 1;
    total++;
  }
  if (total < 24) return sameLight;
  let light: Lighting = { gain: medianRatio(ratios, total), offset: 0 };
  for (let round = 0; round < 2; round++) light = leastSquares(cells, background, usable, light) ?? light;
  return light;
}

const binsPerUnit = 128;
const ratioBins = 8 * binsPerUnit;

function medianRatio(ratios: Int32Array, total: number): number {
  let seen = 0;
  let bin = 0;
  for (; bin < ratioBins; bin++) {
    seen += ratios[bin] ?? 0;
    if (seen * 2 >= total) break;
  }
  return (bin + 0.5) / binsPerUnit;
}

function leastSquares(
  cells: Float32Array,
  background: Float32Array,
  usable: Uint8Array,
  { gain, offset }: Lighting,
): Lighting | undefined {
  let count = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumXY = 0;
  for (let i = 0; i < cells.length; i += sampled) {
    if (!usable[i]) continue;
    const y = cells[i] ?? 0;
    const x = background[i] ?? 0;
    if (y > brightest || x > brightest || Math.abs(y - gain * x - offset) > outlierLevels) continue;
    count++;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
  }
  const spread = count * sumXX - sumX * sumX;
  if (count < 24) return undefined;
  // A picture of one brightness cannot tell a gain from an offset.
  if (spread < count * count * 16) return { gain: sumY / Math.max(1, sumX), offset: 0 };
  const fitted = (count * sumXY - sumX * sumY) / spread;
  if (fitted < 0.1 || fitted > 8) return undefined;
  return { gain: fitted, offset: (sumY - fitted * sumX) / count };
}
