import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@rollcall/kit/log';
import { type DemoPerson, demoPeople, demoWalkers } from './demo-people.ts';
import { drawPortrait } from './draw-figure.ts';
import { renderClip } from './render-clip.ts';

/** Goes up with each change to what the clip shows: an old one in the data folder is not played again. */
const clipVersion = 1;

export interface EnrolledInDemo extends Pick<DemoPerson, 'externalId' | 'name' | 'groups'> {
  /** JPEG. */
  readonly photos: readonly Uint8Array[];
}

export interface Demo {
  readonly people: readonly EnrolledInDemo[];
  /** File of a door clip to be looped, in which most of the people come in, and a stranger. */
  readonly clip: string;
}

/**
 * Draws the demo's people and renders its clip (some 5 s, once), into the data folder. The faces come out of an npm package;
 * the names are invented. @throws Misconfigured when there is no ffmpeg.
 */
export async function prepareDemo({ dataDir, log }: { readonly dataDir: string; readonly log: Log }): Promise<Demo> {
  const folder = join(dataDir, 'demo');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const clip = join(folder, `door-${clipVersion}.mp4`);
  if (!existsSync(clip)) {
    log.info('demo-clip-rendering');
    await renderClip(demoWalkers, clip);
  }
  const people = await Promise.all(
    demoPeople.map(async ({ externalId, name, groups, coat, enrolled }) => {
      const photos = await Promise.all(enrolled.map((face) => drawPortrait({ face, coat })));
      return { externalId, name, groups, photos };
    }),
  );
  return { people, clip };
}
