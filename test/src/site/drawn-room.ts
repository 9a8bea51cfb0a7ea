import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/** Two pictures of a room in which nothing moves, for a camera `folder:`. */
export async function drawRoom(room: string): Promise<void> {
  await mkdir(room, { recursive: true });
  const wall = sharp({ create: { width: 640, height: 360, channels: 3, background: '#8899aa' } });
  for (const name of ['1.jpg', '2.jpg']) await wall.clone().jpeg().toFile(join(room, name));
}
