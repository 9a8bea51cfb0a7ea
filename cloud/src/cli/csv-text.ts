import { readFile } from 'node:fs/promises';
import { InvalidInput } from '@rollcall/kit/app-error';

/**
 * The text of a file, UTF-8 or, as Excel’s “Unicode text”, UTF-16 that begins by saying so. Other encodings do not say which they are:
 * guessed wrong, names would be.
 * @throws InvalidInput
 */
export async function readCsvText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new InvalidInput(`cannot read ${path}`, { cause });
  }
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new InvalidInput(`${path} is not in UTF-8: save it as “CSV UTF-8”; nothing was done`, { cause });
  }
}
