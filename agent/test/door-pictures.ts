import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

const [width, height] = [640, 360];

/**
 * Pictures of a drawn doorway, ten to a second, in which somebody drawn walks through once: one second of nothing, two of walking,
 * two of nothing. @param seen from the front, with a face that a detector takes for one, or from behind. @returns how many there are.
 */
export async function drawWalk(folder: string, seen: 'front' | 'behind' = 'front'): Promise<number> {
  await mkdir(folder, { recursive: true });
  const count = 50;
  for (let index = 0; index < count; index++) {
    const step = index - 10;
    const walks = step >= 0 && step < 20;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
      <rect width="100%" height="100%" fill="#b9b4a8"/><rect x="230" y="40" width="180" height="320" fill="#6d6a62"/>
      ${walks ? person(40 + step * 28, seen) : ''}</svg>`;
    const jpeg = await sharp(Buffer.from(svg)).jpeg({ quality: 92 }).toBuffer();
    await writeFile(join(folder, `${String(index).padStart(4, '0')}.jpg`), jpeg);
  }
  return count;
}

function person(x: number, seen: 'front' | 'behind'): string {
  const stripes = Array.from(
    { length: 12 },
    (_, i) => `<rect x="${x - 40}" y="${150 + i * 17}" width="80" height="8" fill="#${i % 2 ? '203a66' : 'e4e0d5'}"/>`,
  );
  const face = `<circle cx="${x - 13}" cy="98" r="5" fill="#222"/><circle cx="${x + 13}" cy="98" r="5" fill="#222"/>
    <path d="M${x - 15} 122 q15 12 30 0" stroke="#722" stroke-width="4" fill="none"/>`;
  return `<circle cx="${x}" cy="105" r="38" fill="#${seen === 'front' ? 'd8a17c' : '3a2a20'}"/>${seen === 'front' ? face : ''}
    <rect x="${x - 45}" y="145" width="90" height="215" fill="#38425a"/>${stripes.join('')}`;
}
