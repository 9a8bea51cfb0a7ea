import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { demoWalkers } from '@rollcall/cloud/demo/demo-people';
import { renderClip } from '@rollcall/cloud/demo/render-clip';
import type { Device } from '@rollcall/contract/place';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anton, enrollDemoPeople } from './demo-people.ts';
import { allow } from './device-certificate.ts';
import { fixedPorts } from './free-ports.ts';
import { answerOf } from './hand-in.ts';
import { LoneAgent } from './lone-agent.ts';
import { isInstalled, withoutFfmpeg } from './program.ts';
import { dataFolder, type Site, startSite, until } from './start-site.ts';

describe.skipIf(!isInstalled('ffmpeg'))(`an agent by itself, on a looping clip${withoutFfmpeg}`, () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let ports: string[];
  let site: Site;
  let agent: LoneAgent;

  beforeAll(async () => {
    folder = await dataFolder();
    ports = await fixedPorts();
    const clip = join(folder.path, 'media', 'door.mp4');
    await mkdir(join(folder.path, 'media'));
    [site] = await Promise.all([
      startSite(join(folder.path, 'site'), ports),
      renderClip(demoWalkers.slice(0, 1), clip),
    ]);
    await enrollDemoPeople(site);
    await allow(site, 'pi-1', 'door-1');
    agent = await LoneAgent.start(site, join(folder.path, 'pi-1'), { serial: 'pi-1', camera: `video:${clip}?loop=1` });
  });
  afterAll(async () => {
    await agent?.stop();
    await site?.stop();
    await folder.remove();
  });

  const captures = () => agent.logged('capture').map(({ captureId }) => String(captureId));
  const passages = () => agent.logged('passage').length;
  const delivered = () => until('nothing waits', async () => (await agent.outbox()).length === 0, 60_000);

  it('keeps what it sees while the site is away, and hands it in with its own times', async () => {
    await until('a passage', () => passages() > 0);
    await delivered();
    const handedIn = captures().length;
    expect(await site.stop()).toBe(0);
    const awayFrom = Date.now();
    const before = passages();
    await until('another passage', () => passages() >= before + 1, 30_000);
    const kept = captures().slice(handedIn);
    expect((await agent.outbox()).length).toBeGreaterThanOrEqual(kept.length);
    const awayUntil = Date.now();
    site = await startSite(site.dataDir, ports);
    const answers = await Promise.all(kept.map((id) => answerOf(site, id, { withinMs: 60_000 })));
    expect(answers.map(({ status }) => status)).toEqual(kept.map(() => 'done'));
    const seen = answers.flatMap(({ sightings }) => sightings);
    expect(new Set(seen.map(({ person }) => person?.name))).toEqual(new Set([anton]));
    for (const { at } of seen) {
      // A passage may have been open when the site went.
      expect(Date.parse(at)).toBeGreaterThan(awayFrom - 5_000);
      expect(Date.parse(at)).toBeLessThan(awayUntil);
    }
    expect(seen.some(({ at }) => Date.parse(at) > awayFrom)).toBe(true);
  });

  it('says that it was revoked, watches on, and lets nothing get lost', async () => {
    await delivered();
    const revoked = await site.api<Device>('POST', '/v1/devices/pi-1/revoke');
    expect(revoked.body).toMatchObject({ state: 'revoked', online: false });
    const says = (event: string) => agent.logged(event).some(({ reason }) => String(reason).includes('revoked'));
    await until('it says so', () => says('disconnected') && says('connect-failed'), 60_000);
    const before = passages();
    await until('another passage', () => passages() > before, 20_000);
    expect((await agent.outbox()).length).toBeGreaterThan(0);
    expect((await site.api<Device>('GET', '/v1/devices/pi-1')).body.online).toBe(false);
    expect(await agent.stop()).toBe(0);
  });
});
