import { demoPeople, demoWalkers, type Walker } from '@rollcall/cloud/demo/demo-people';
import { drawPortrait } from '@rollcall/cloud/demo/draw-figure';
import { enrollDemo } from '@rollcall/cloud/demo/enroll-demo';
import type { Site } from './start-site.ts';

/** Enrolls the demo's people over the API; their faces come out of an npm package, so no fixture is needed. */
export async function enrollDemoPeople(site: Site): Promise<void> {
  const people = await Promise.all(
    demoPeople.map(async ({ enrolled, coat, ...person }) => {
      const photos = await Promise.all(enrolled.map((face) => drawPortrait({ face, coat })));
      return { ...person, photos };
    }),
  );
  await enrollDemo({ url: site.url, apiKey: site.apiKey, people });
}

/** The names of those who come to the demo's door, in order. */
export const [anton, mara, ines, jonas] = ['Anton Keller', 'Mara Lindt', 'Ines Falk', 'Jonas Weber'] as const;

/** A person of the demo as a camera sees them, by another photo than those enrolled; without a name the stranger. JPEG. */
export async function pictureOf(name?: string): Promise<Buffer> {
  const index = demoPeople.findIndex((person) => person.name === name);
  const walker: Walker | undefined = demoWalkers[name === undefined ? demoWalkers.length - 1 : index];
  if (!walker) throw new Error(`${name} does not come to the demo's door`);
  return drawPortrait(walker);
}
