import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadOidcKeys, publicJwk } from './oidc-keys.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'oidc-keys-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

describe('the keys that sign tokens and cookies', () => {
  it('are made once, kept, and readable by nobody else', async () => {
    const made = await loadOidcKeys(dataDir);
    expect(await loadOidcKeys(dataDir)).toEqual(made);
    expect((await stat(join(dataDir, 'keys', 'oidc.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, 'keys'))).mode & 0o777).toBe(0o700);
    expect(publicJwk(made)).not.toHaveProperty('d');
  });

  it('are not replaced in silence when the file is damaged', async () => {
    await loadOidcKeys(dataDir);
    const file = join(dataDir, 'keys', 'oidc.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.slice(0, 40));
    await expect(loadOidcKeys(dataDir)).rejects.toThrow(`${file} is damaged`);
  });
});
