import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publicKeyPem, signAnew, smallRelease, tarEntry, tempFolder, webServer } from '../../test/small-release.ts';
import { fetchRelease } from './fetch-release.ts';
import { Releases } from './release-state.ts';

describe('a release from a web server', () => {
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let server: Awaited<ReturnType<typeof webServer>> | undefined;
  let releases: Releases;

  beforeEach(async () => {
    folder = await tempFolder();
    releases = new Releases(join(folder.path, 'releases'));
  });
  afterEach(async () => {
    server?.close();
    await folder.remove();
  });

  async function fetched(from: string, changes: { version?: string; trusted?: string; cutAfter?: number } = {}) {
    server = await webServer(from, changes.cutAfter);
    const { version = '1.2.3', trusted = publicKeyPem } = changes;
    const signal = AbortSignal.timeout(10_000);
    await fetchRelease({ version, url: server.url, publicKeyPem: trusted, releases, signal });
  }
  const kept = () => readdir(releases.folder).catch(() => []);

  it('is kept whole, with its links', async () => {
    await fetched(await smallRelease(folder.path, '1.2.3'));
    expect(await kept()).toEqual(['1.2.3']);
    const through = join(releases.pathOf('1.2.3'), 'app', 'node_modules', 'agent', 'package.json');
    expect(JSON.parse(await readFile(through, 'utf8'))).toMatchObject({ version: '1.2.3' });
  });

  it('is refused when a byte of its archive was changed, and nothing of it stays', async () => {
    const from = await smallRelease(folder.path, '1.2.3');
    const archive = join(from, (await readdir(from)).find((file) => file.endsWith('.gz')) ?? '');
    const bytes = await readFile(archive);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    await writeFile(archive, bytes);
    await expect(fetched(from)).rejects.toThrow('is not the archive that the signed manifest names');
    expect(await kept()).toEqual([]);
  });

  it('is refused when its manifest was changed, or somebody else signed it', async () => {
    const from = await smallRelease(folder.path, '1.2.3');
    const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
    await expect(fetched(from, { trusted: other })).rejects.toThrow('not signed with the key');
    server?.close();
    await appendFile(join(from, 'release.json'), ' ');
    await expect(fetched(from)).rejects.toThrow('not signed with the key');
    expect(await kept()).toEqual([]);
  });

  it('is refused when it is not the one that was asked for, or not for this machine', async () => {
    await expect(fetched(await smallRelease(folder.path, '1.2.3'), { version: '1.2.4' })).rejects.toThrow(
      'expected agent 1.2.4',
    );
    server?.close();
    const arch = process.arch === 'arm64' ? 'x64' : 'arm64';
    await expect(fetched(await smallRelease(folder.path, '1.2.3', { arch }))).rejects.toThrow(`for ${arch}`);
    server?.close();
    await expect(fetched(await smallRelease(folder.path, '1.2.3', { node: '99.0.0' }))).rejects.toThrow(
      'needs Node 99',
    );
  });

  it('that is cut off, larger than it says, or not there is fetched another time', async () => {
    const from = await smallRelease(folder.path, '1.2.3');
    await expect(fetched(from, { cutAfter: 300 })).rejects.toMatchObject({ code: 'unavailable' });
    server?.close();
    await expect(fetched(join(from, 'nowhere'))).rejects.toMatchObject({ code: 'not-found' });
    server?.close();
    const archive = join(from, (await readdir(from)).find((file) => file.endsWith('.gz')) ?? '');
    await appendFile(archive, 'more');
    await expect(fetched(from)).rejects.toThrow('is larger than');
    expect(await kept()).toEqual([]);
  });

  it.each([
    ['above its folder', (out: string) => [tarEntry({ name: `../../${out}`, type: '0', text: 'evil' })]],
    ['anywhere', (out: string) => [tarEntry({ name: out, type: '0', text: 'evil' })]],
    [
      'through a link',
      (out: string) => [
        tarEntry({ name: 'agent', type: '2', to: join(out, '..') }),
        tarEntry({ name: 'agent/evil', type: '0', text: 'evil' }),
      ],
    ],
    ['into what a hard link shares', (out: string) => [tarEntry({ name: 'agent/bin', type: '1', to: out })]],
    ['a pipe', () => [tarEntry({ name: 'agent', type: '6' })]],
  ])('whose archive, though signed, would put something %s is refused, and puts nothing there', async (_, entries) => {
    const outside = join(folder.path, 'outside');
    await mkdir(outside);
    const from = await smallRelease(folder.path, '1.2.3');
    await signAnew(from, Buffer.concat([...entries(join(outside, 'evil')), Buffer.alloc(10_240)]));
    await expect(fetched(from)).rejects.toMatchObject({
      code: expect.stringMatching(/unavailable|denied|release-damaged/),
    });
    expect(await readdir(outside)).toEqual([]);
    expect((await readdir(folder.path)).filter((name) => name.includes('evil'))).toEqual([]);
    expect(await kept()).toEqual([]);
  });

  it('that is much larger than its archive is cut off before it fills the disk', async () => {
    const from = await smallRelease(folder.path, '1.2.3');
    await signAnew(from, tarEntry({ name: 'zeros', type: '0', text: '\0'.repeat(20_000_000) }));
    await expect(fetched(from)).rejects.toThrow('unpacked, is larger than the 1000000 bytes');
    expect(await kept()).toEqual([]);
  });

  it('does not come between another that is fetched meanwhile', async () => {
    const signal = AbortSignal.timeout(10_000);
    const versions = ['1.2.3', '1.2.4'];
    const servers = await Promise.all(versions.map(async (one) => webServer(await smallRelease(folder.path, one))));
    const fetches = servers.map(({ url }, which) =>
      fetchRelease({ version: versions[which] ?? '', url, publicKeyPem, releases, signal }),
    );
    await Promise.all(fetches);
    for (const { close } of servers) close();
    expect(new Set(await kept())).toEqual(new Set(versions));
  });

  it('cannot be kept where the disk takes nothing, in words', async () => {
    releases = new Releases(join(await smallRelease(folder.path, '1.2.3'), 'release.json', 'releases'));
    await expect(fetched(await smallRelease(folder.path, '1.2.3'))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(releases.save({ v: 1 })).rejects.toMatchObject({ code: 'unavailable' });
  });
});
