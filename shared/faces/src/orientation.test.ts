import * as fc from 'fast-check';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { storedBox, uprightBox } from './orientation.ts';

const size = { width: 40, height: 24 };
const orientations = [1, 2, 3, 4, 5, 6, 7, 8] as const;

it.each(orientations)('knows where a spot lies once a picture with orientation %i is upright', async (orientation) => {
  const spot = { x: 4, y: 8, width: 8, height: 4 };
  const stored = await sharp({ create: { ...size, channels: 3, background: 'black' } })
    .composite([{ input: { create: { width: 8, height: 4, channels: 3, background: 'white' } }, left: 4, top: 8 }])
    .png()
    .withMetadata({ orientation })
    .toBuffer();
  const { data, info } = await sharp(stored).autoOrient().grayscale().raw().toBuffer({ resolveWithObject: true });
  const lit = [...data.keys()].filter((i) => (data[i] ?? 0) > 128);
  const columns = lit.map((i) => i % info.width);
  const rows = lit.map((i) => Math.floor(i / info.width));
  const [x, y] = [Math.min(...columns), Math.min(...rows)];
  const seen = { x, y, width: Math.max(...columns) - x + 1, height: Math.max(...rows) - y + 1 };
  expect(uprightBox(spot, orientation, size)).toEqual(seen);
});

it('leads back to where it came from', () => {
  const number = fc.integer({ min: -10, max: 50 });
  const box = fc.record({ x: number, y: number, width: number, height: number });
  fc.assert(
    fc.property(box, fc.constantFrom(...orientations), (stored, orientation) => {
      const upright = uprightBox(stored, orientation, size);
      const uprightSize = orientation >= 5 ? { width: size.height, height: size.width } : size;
      expect(storedBox(upright, orientation, uprightSize)).toEqual(stored);
    }),
  );
});
