import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CaptureMessage, PassageMessage } from '@rollcall/contract/capture';
import { instantOf, systemClock } from '@rollcall/kit/clock';
import sharp from 'sharp';
import { ulid } from 'ulid';
import { readSplit } from './face-split.ts';
import type { FilmedDoor, FilmedPassage } from './filmed-door.ts';

/** Photos of a person that are enrolled; the others walk in. */
const enrolledEach = 3;
/** Ms after the first one, pixels of a photo’s side, and what the agent says of it: as measured on the demo’s clip. */
const steps = [
  { afterMs: 0, side: 90, size: 0.28, score: 0.26 },
  { afterMs: 1_500, side: 180, size: 0.56, score: 0.48 },
  { afterMs: 2_600, side: 320, size: 0.71, score: 0.57 },
] as const;
const [width, height] = [640, 480];

/** Walks of the people and the strangers of a split: each photo at three distances. */
export async function drawWalks(split: string): Promise<FilmedDoor> {
  const pictures = await readSplit(split, dirname(split));
  const photosOf = new Map<string, Buffer[]>();
  const passages: FilmedPassage[] = [];
  for (const { role, identity, file } of pictures) {
    const photo = await readFile(file);
    const photos = photosOf.get(identity) ?? [];
    if (role !== 'stranger' && photos.length < enrolledEach) photosOf.set(identity, [...photos, photo]);
    else passages.push(await walk(role === 'stranger' ? undefined : identity, photo));
  }
  const people = [...photosOf].map(([name, photos]) => ({ name, photos }));
  return { name: 'drawn walks, LFW dev split', people, passages };
}

async function walk(who: string | undefined, photo: Uint8Array): Promise<FilmedPassage> {
  const passageId = ulid();
  const start = systemClock.now();
  const captures: CaptureMessage[] = [];
  for (const [index, { afterMs, side, size, score }] of steps.entries()) {
    captures.push(
      CaptureMessage.parse({
        v: 1,
        captureId: ulid(),
        passageId,
        takenAt: instantOf(start + afterMs),
        clockSynced: true,
        shot: { score, size, sharpness: 0.75, light: 1, sequence: index + 1 },
        image: (await draw(photo, side)).toString('base64'),
      }),
    );
  }
  const closedAt = instantOf(start + 3_100);
  const end = PassageMessage.parse({
    v: 1,
    passageId,
    openedAt: instantOf(start - 500),
    closedAt,
    clockSynced: true,
    frames: 55,
    captures: captures.map(({ captureId }) => captureId),
    ended: 'quiet',
  });
  return { who, captures, end };
}

async function draw(photo: Uint8Array, side: number): Promise<Buffer> {
  const input = await sharp(photo).resize(side, side).toBuffer();
  return sharp({ create: { width, height, channels: 3, background: '#8a8a86' } })
    .composite([{ input, left: Math.round((width - side) / 2), top: Math.round((height - side) / 2) }])
    .jpeg({ quality: 85 })
    .toBuffer();
}
