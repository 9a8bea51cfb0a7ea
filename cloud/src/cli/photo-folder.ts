import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { InvalidInput } from '@rollcall/kit/app-error';
import type { PersonRow } from './people-csv.ts';

/** Pictures by whose they are, in the order of their names; and those that are nobody's. */
export interface PhotoFiles {
  readonly byExternalId: ReadonlyMap<string, readonly string[]>;
  readonly strays: readonly string[];
}

/** The pictures in `folder` (none without one): `4711.jpg`, `4711.2.jpg`, `4711/anything.jpg`. @throws InvalidInput when it cannot be read. */
export async function photosIn(folder: string | undefined, rows: readonly PersonRow[]): Promise<PhotoFiles> {
  const byExternalId = new Map<string, string[]>(rows.map(({ input }) => [input.externalId, []]));
  const strays: string[] = [];
  for (const path of folder ? await picturesIn(folder) : []) {
    const name = relative(folder ?? '', path);
    const owner = ownersOf(name).find((one) => byExternalId.has(one));
    if (owner === undefined) strays.push(path);
    else byExternalId.get(owner)?.push(path);
  }
  return { byExternalId, strays };
}

async function picturesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && /\.(jpe?g|png|webp)$/i.test(entry.name));
    return files.map((entry) => join(entry.parentPath, entry.name)).sort();
  } catch (cause) {
    throw new InvalidInput(`cannot read the folder of photos ${folder}`, { cause });
  }
}

/** Whose a picture may be, likeliest first: an external id may have a dot of its own. */
function ownersOf(name: string): string[] {
  const [top = '', ...below] = name.split(sep);
  if (below.length > 0) return [top];
  const whole = top.replace(/\.[^.]+$/, '');
  return [whole, whole.replace(/\.\d+$/, '')];
}
