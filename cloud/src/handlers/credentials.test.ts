import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  credentialsFile,
  draftCredentials,
  newCredentials,
  publishCredentials,
  readCredentials,
} from './credentials.ts';

describe('the credentials file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-credentials-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('comes back as it was written, and only its owner may read it', async () => {
    const credentials = newCredentials('http://127.0.0.1:8080');
    await draftCredentials(folder, credentials);
    expect(await readCredentials(folder)).toBeUndefined();
    expect(await readCredentials(folder, 'draft')).toEqual(credentials);
    await publishCredentials(folder);
    expect(await readCredentials(folder)).toEqual(credentials);
    expect((await stat(credentialsFile(folder))).mode & 0o777).toBe(0o600);
  });

  it('is absent on a first start', async () => {
    expect(await readCredentials(folder)).toBeUndefined();
  });

  it('is refused with what to do when it is damaged', async () => {
    await writeFile(credentialsFile(folder), '{"url":');
    await expect(readCredentials(folder)).rejects.toThrow(/damaged.*API key/);
  });

  it('holds other secrets each time', () => {
    const [a, b] = [newCredentials('http://a.test'), newCredentials('http://a.test')];
    expect(a.password).not.toBe(b.password);
    expect(a.apiKey).not.toBe(b.apiKey);
  });
});
