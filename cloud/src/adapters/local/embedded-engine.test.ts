import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';
import { humanFolder } from '@rollcall/faces/models/face-models';
import { systemClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedEngine } from './embedded-engine.ts';
import { MemoryTable } from './memory-table.ts';

const org = OrganizationId.parse('main');
const one = PersonId.parse('01ARZ3NDEKTSV4RRFFQ69G5FAA');
const two = PersonId.parse('01ARZ3NDEKTSV4RRFFQ69G5FAB');
const photo = (n: number) => PhotoId.parse(`01ARZ3NDEKTSV4RRFFQ69G5F0${n}`);

let cacheDir: string;
let table: MemoryTable;
let engine: EmbeddedEngine;

async function start(): Promise<EmbeddedEngine> {
  return EmbeddedEngine.start({ table, cacheDir, workers: 1, log: silentLog, clock: systemClock });
}

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'engine-'));
  table = new MemoryTable();
  engine = await start();
});

afterAll(async () => {
  await engine.stop();
  await rm(cacheDir, { recursive: true });
});

/** A small face out of a screenshot that @vladmandic/human ships; those of row 0 are one man. */
async function tile(row: number, column: number): Promise<Buffer> {
  return sharp(join(humanFolder(), 'assets/screenshot-facematch.jpg'))
    .extract({
      left: Math.round((column * 1920) / 18),
      top: Math.round(280 + (row * 674) / 6),
      width: 106,
      height: 112,
    })
    .extend({ top: 60, bottom: 60, left: 60, right: 60, background: 'gray' })
    .jpeg({ quality: 95 })
    .toBuffer();
}

describe('EmbeddedEngine', () => {
  it('recognizes whom it was shown, by one picture and by several together, and goes on doing so after a restart', async () => {
    await engine.index(org, one, photo(1), await tile(0, 0));
    await engine.index(org, one, photo(2), await tile(0, 4));
    await engine.index(org, two, photo(3), await tile(3, 3));
    await engine.stop();
    engine = await start();
    const [seen] = await engine.search(org, await tile(0, 6));
    const [again] = await engine.search(org, await tile(0, 8));
    expect(seen?.face.box.width).toBeGreaterThan(50);
    expect(seen?.candidates.map((candidate) => candidate.personId)).toEqual([one, two]);
    expect(seen?.candidates[0]?.similarity).toBeGreaterThan(95);
    expect(seen?.candidates[1]?.similarity).toBeLessThan(70);
    const together = await engine.searchTogether(org, [seen?.evidence ?? '', again?.evidence ?? '']);
    expect(together[0]?.personId).toBe(one);
    expect(together[0]?.similarity).toBeGreaterThan(95);
  });

  it('tells faces of one passage apart', async () => {
    const [a] = await engine.search(org, await tile(0, 1));
    const [b] = await engine.search(org, await tile(0, 2));
    const [other] = await engine.search(org, await tile(4, 4));
    expect(engine.isSamePerson(a?.evidence ?? '', b?.evidence ?? '')).toBe(true);
    expect(engine.isSamePerson(a?.evidence ?? '', other?.evidence ?? '')).toBe(false);
  });

  it('ignores what another version saw', async () => {
    const [seen] = await engine.search(org, await tile(0, 1));
    const older = (seen?.evidence ?? '').replace('embedded/', 'embedded/0.');
    expect(await engine.searchTogether(org, [older])).toEqual([]);
    expect(engine.isSamePerson(older, older)).toBe(false);
  });

  it('forgets', async () => {
    expect(await engine.delete(org, one, photo(1))).toBe(1);
    expect(await engine.delete(org, one)).toBe(1);
    expect(await engine.delete(org, one)).toBe(0);
    const [seen] = await engine.search(org, await tile(0, 6));
    expect(seen?.candidates.map((candidate) => candidate.personId)).toEqual([two]);
    expect(await engine.stalePhotos(org)).toEqual([]);
  });

  it('says what is no picture, and indexes nobody where nobody is', async () => {
    const wall = await sharp({ create: { width: 300, height: 300, channels: 3, background: 'gray' } })
      .jpeg()
      .toBuffer();
    await expect(engine.search(org, Buffer.from('text'))).rejects.toMatchObject({ code: 'not-an-image' });
    expect(await engine.search(org, wall)).toEqual([]);
    await expect(engine.index(org, one, photo(1), wall)).rejects.toMatchObject({ code: 'no-face' });
  });
});
