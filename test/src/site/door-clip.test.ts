import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attendance } from '@rollcall/contract/attendance';
import type { Device } from '@rollcall/contract/place';
import type { Sighting } from '@rollcall/contract/sighting';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anton, ines, jonas, mara } from './demo-people.ts';
import { running, startedBy } from './processes.ts';
import { isInstalled, withoutFfmpeg } from './program.ts';
import { dataFolder, type Site, startSite, until } from './start-site.ts';

/** Of the clip: five people, 6.7 s each. */
const loopMs = 33_500;

describe.skipIf(!isInstalled('ffmpeg'))(`from a door clip to attendance, as a newcomer sees it${withoutFfmpeg}`, () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let site: Site;

  beforeAll(async () => {
    folder = await dataFolder();
    site = await startSite(folder.path, ['--demo']);
  });
  afterAll(async () => {
    await site?.stop();
    await folder.remove();
  });

  const sightings = async () => {
    const { body } = await site.api<{ items: Sighting[] }>('GET', '/v1/sightings?limit=100');
    return body.items.toReversed();
  };
  const present = async () => {
    const { body } = await site.api<{ items: Attendance[] }>('GET', '/v1/attendance?status=present');
    return new Map(body.items.map((row) => [row.name, row]));
  };
  const outbox = () => readdir(join(folder.path, 'agents', 'camera-1', 'outbox'));
  /** Passages that the agent has closed since the site started. */
  const passages = () => site.logged('passage');

  it('marks each who comes in once, knows the stranger as nobody, and sees nobody else', async () => {
    await until('five passages', () => passages().length >= 5, loopMs + 60_000);
    const seen = await until('a sighting for each', async () => {
      const all = await sightings();
      return all.length >= 5 && all.slice(0, 5);
    });
    expect(seen.map(({ person, verdict }) => person?.name ?? verdict)).toEqual([anton, mara, ines, jonas, 'unknown']);
    const rows = await present();
    expect([...rows.keys()].toSorted()).toEqual([anton, ines, jonas, mara]);
    for (const { person, at } of seen.slice(0, 4)) {
      expect(rows.get(person?.name ?? '')).toMatchObject({ firstSeenAt: at, lastSeenAt: at, doorId: 'door-1' });
    }
  });

  it('gives one sighting for all shots of a passage', async () => {
    const shots = passages().map(({ captures }) => Number(captures));
    expect(Math.max(...shots)).toBeGreaterThan(1);
    const byPassage = (await sightings()).map(({ passageId }) => passageId);
    expect(new Set(byPassage).size).toBe(byPassage.length);
  });

  it('moves only the time of the last look when the same people come again', async () => {
    const before = await present();
    await until('the first again', async () => (await sightings()).length >= 6);
    const after = await present();
    expect([...after.keys()].toSorted()).toEqual([...before.keys()].toSorted());
    const [was, is] = [before.get(anton), after.get(anton)];
    expect(is?.firstSeenAt).toBe(was?.firstSeenAt);
    expect(Date.parse(is?.lastSeenAt ?? '')).toBeGreaterThan(Date.parse(was?.lastSeenAt ?? ''));
    expect(after.get(ines)).toEqual(before.get(ines));
  });

  it('shows ops that the camera works', async () => {
    const { body } = await site.api<Device>('GET', '/v1/devices/camera-1');
    expect(body).toMatchObject({ online: true, doorId: 'door-1', health: { camera: { state: 'ok' } } });
    const still = await site.api('GET', '/v1/devices/camera-1/still');
    expect(still.headers.get('content-type')).toBe('image/jpeg');
  });

  it('starts an agent again that was killed in the middle of a passage, and loses nothing acked', async () => {
    const captures = site.logged('capture').length;
    await until('the next picture', () => site.logged('capture').length > captures);
    const [agent] = await startedBy(site.process.pid);
    const before = passages().length;
    process.kill(agent ?? 0, 'SIGKILL');
    const cut = String(site.logged('capture').at(-1)?.['captureId']);
    await until('another passage', () => passages().length > before);
    const answer = await until('the picture that was cut off', async () => {
      const { body } = await site.api<{ status: string; sightings: Sighting[] }>('GET', `/v1/captures/${cut}`);
      return body.status === 'done' && body.sightings.length > 0 && body;
    });
    expect(answer.sightings).toHaveLength(1);
    await until('nothing waits', async () => (await outbox()).length === 0);
    expect((await present()).size).toBe(4);
  });

  it('ends within 15 s on SIGTERM in the middle of a passage, with nothing left running and nothing lost', async () => {
    const captures = site.logged('capture').length;
    await until('the next picture', () => site.logged('capture').length > captures);
    const started = await startedBy(site.process.pid);
    expect(started.length).toBeGreaterThanOrEqual(2);
    const begun = performance.now();
    expect(await site.stop()).toBe(0);
    expect(performance.now() - begun).toBeLessThan(15_000);
    expect(await running(started)).toEqual([]);
    expect(passages().at(-1)).toMatchObject({ ended: 'stopped' });
    expect(await outbox()).toEqual([]);
  });

  it('takes its agents along when it is killed, and sends after the next start what they had left', async () => {
    site = await startSite(folder.path, ['--demo']);
    expect((await present()).size).toBe(4);
    await until('a picture', () => site.logged('capture').length > 0);
    const started = await startedBy(site.process.pid);
    await site.kill();
    await until('all are gone', async () => (await running(started)).length === 0);
    const left = await outbox();
    // Its last words at least: that the passage ended with the agent.
    expect(left.length).toBeGreaterThan(0);
    site = await startSite(folder.path, ['--demo']);
    await until('nothing of it waits', async () => {
      const waiting = new Set(await outbox());
      return left.every((file) => !waiting.has(file));
    });
    const all = await sightings();
    expect(new Set(all.map(({ passageId }) => passageId)).size).toBe(all.length);
    expect((await present()).size).toBe(4);
    expect(await site.stop()).toBe(0);
  });
});
