import { InvalidInput } from '@rollcall/kit/app-error';

/** No traversal, no hidden files, nothing that a file system or a URL reads otherwise. */
const keyPattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}(\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,127})*$/;
const maxKeyLength = 512;

/** Holds every `ImageStore` to the same keys. @throws InvalidInput */
export function checkImageKey(key: string): void {
  if (key.length <= maxKeyLength && keyPattern.test(key)) return;
  throw new InvalidInput(
    `expected a picture key of letters, digits, . _ - and /, got ${JSON.stringify(key.slice(0, 80))}`,
  );
}
