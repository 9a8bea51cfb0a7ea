import { existsSync, readdirSync } from 'node:fs';
import { fixturesDir } from './fixtures.ts';

/** A clip, and the file that says what happens in it. */
export interface ClipWithTruth {
  readonly clip: string;
  readonly truth: string;
}

/** The clips of the fixtures that somebody watched; none where there are no fixtures. */
export function clipsWithTruth(): ClipWithTruth[] {
  const dir = `${fixturesDir}/videos`;
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((name) => /\.(mp4|gif)$/.test(name) && existsSync(`${dir}/${name.replace(/\.\w+$/, '.truth.json')}`))
    .sort()
    .map((name) => ({ clip: `${dir}/${name}`, truth: `${dir}/${name.replace(/\.\w+$/, '.truth.json')}` }));
}
