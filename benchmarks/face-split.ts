import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInput } from '@rollcall/kit/app-error';

/** One picture of a split, and what it is for. */
export interface SplitPicture {
  readonly role: 'enrol' | 'probe' | 'stranger';
  readonly identity: string;
  /** Where it is. */
  readonly file: string;
}

const roles = ['enrol', 'probe', 'stranger'] as const;

/** The pictures that a TSV file lists: role, identity, and the path under `root`; a first line of headings is fine. */
export async function readSplit(split: string, root: string): Promise<SplitPicture[]> {
  const lines = (await readFile(split, 'utf8'))
    .split(/\r?\n/)
    .map((line, i) => ({ cells: line.split('\t'), number: i + 1 }));
  const pictures: SplitPicture[] = [];
  for (const { cells, number } of lines) {
    const [given = '', identity, path] = cells;
    if (given === '' || (number === 1 && given === 'role')) continue;
    const role = roles.find((one) => one === given);
    if (!role || !identity || !path) {
      throw new InvalidInput(
        `${split}:${number}: expected enrol, probe or stranger, an identity and a path, got ${cells.join(' ')}`,
      );
    }
    pictures.push({ role, identity, file: join(root, path) });
  }
  if (!pictures.some((picture) => picture.role === 'enrol'))
    throw new InvalidInput(`${split}: expected pictures to enroll`);
  return pictures;
}
