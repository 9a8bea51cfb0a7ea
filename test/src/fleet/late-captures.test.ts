import { join } from 'node:path';
import { systemUptime } from '@rollcall/agent/adapters/system-uptime';
import { SqliteTable } from '@rollcall/cloud/adapters/local/sqlite-table';
import { dayAfter, dayOf, sessionTimes } from '@rollcall/cloud/domain/session-day';
import { PeopleStore } from '@rollcall/cloud/store/people-store';
import type { Attendance } from '@rollcall/contract/attendance';
import { OrganizationId, PersonId } from '@rollcall/contract/ids';
import type { Organization } from '@rollcall/contract/organization';
import { instantOf, ManualClock } from '@rollcall/kit/clock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anton, enrollDemoPeople, ines, mara, pictureOf } from '../site/demo-people.ts';
import { allow } from '../site/device-certificate.ts';
import { captureMessage } from '../site/door-messages.ts';
import { answerOf } from '../site/hand-in.ts';
import { LoneAgent } from '../site/lone-agent.ts';
import { dataFolder, type Site, startSite } from '../site/start-site.ts';
import { prepareDoor, stillCamera } from './prepared-door.ts';

const org = OrganizationId.parse('main');
const day = { start: '09:00', graceMinutes: 15, end: '10:00' };
const [minuteMs, hourMs] = [60_000, 3_600_000];

let folder: Awaited<ReturnType<typeof dataFolder>>;
let site: Site;
let zone: string;
const agents: LoneAgent[] = [];

beforeAll(async () => {
  folder = await dataFolder();
  const dataDir = join(folder.path, 'site');
  site = await startSite(dataDir);
  await enrollDemoPeople(site);
  const { body } = await site.api<Organization>('PATCH', '/v1/organization', { day });
  zone = body.timeZone;
  await site.stop();
  await registerLongAgo(dataDir);
  site = await startSite(dataDir);
});

afterAll(async () => {
  for (const agent of agents) await agent.kill();
  await site?.stop();
  await folder.remove();
});

/** As if everybody had been registered a month ago: nobody is absent from days before. */
async function registerLongAgo(dataDir: string): Promise<void> {
  const table = new SqliteTable(join(dataDir, 'rollcall.sqlite'));
  const people = new PeopleStore(table);
  const createdAt = new Date(Date.now() - 30 * 24 * hourMs).toISOString();
  for (const { id } of (await people.list(org, { limit: 100 })).items) {
    await people.change(org, PersonId.parse(id), (record) => ({ ...record, createdAt }));
  }
  await table.close();
}

async function registerOf(date: string): Promise<Map<string, Attendance>> {
  const { body } = await site.api<{ items: Attendance[] }>('GET', `/v1/attendance?date=${date}`);
  return new Map(body.items.map((row) => [row.name, row]));
}

test('what a door saw yesterday and sends today makes yesterday’s absent present, says why, and leaves today alone', async () => {
  const today = dayOf(new Date().toISOString(), zone);
  const yesterday = dayAfter(today, -1);
  const takenAt = instantOf(sessionTimes(yesterday, day, zone).startMs + 10 * minuteMs);
  const [before, todayBefore] = [await registerOf(yesterday), await registerOf(today)];
  expect(before.get(mara)).toMatchObject({ status: 'absent', why: expect.stringContaining('not seen by') });

  const capture = captureMessage(await pictureOf(mara), { takenAt });
  await allow(site, 'pi-1', 'door-1');
  await prepareDoor(join(folder.path, 'pi-1'), [capture]);
  agents.push(await LoneAgent.start(site, join(folder.path, 'pi-1'), { serial: 'pi-1', camera: stillCamera }));
  const answer = await answerOf(site, capture.captureId, { withinMs: 60_000 });
  expect(answer.sightings).toMatchObject([{ verdict: 'accepted', at: capture.takenAt, person: { name: mara } }]);

  const after = await registerOf(yesterday);
  expect(after.get(mara)).toMatchObject({
    status: 'present',
    firstSeenAt: capture.takenAt,
    lastSeenAt: capture.takenAt,
    why: expect.stringContaining('first seen 09:10'),
  });
  expect(after.get(anton)).toEqual(before.get(anton));
  expect(await registerOf(today)).toEqual(todayBefore);
});

test('what a clock of 1970 dated counts when it was: by how long the device kept it', async () => {
  const keptMs = 26 * hourMs;
  const capture = captureMessage(await pictureOf(ines), { takenAt: '1970-01-01T00:05:00.000Z', clockSynced: false });
  await allow(site, 'pi-2', 'door-1');
  await prepareDoor(join(folder.path, 'pi-2'), [capture], {
    clock: new ManualClock('1970-01-01T00:05:00.000Z'),
    uptime: { bootId: systemUptime.bootId, now: () => systemUptime.now() - keptMs },
  });
  const seenAt = Date.now() - keptMs;
  agents.push(await LoneAgent.start(site, join(folder.path, 'pi-2'), { serial: 'pi-2', camera: stillCamera }));
  const answer = await answerOf(site, capture.captureId, { withinMs: 60_000 });
  const [sighting] = answer.sightings;
  expect(Math.abs(Date.parse(sighting?.at ?? '') - seenAt)).toBeLessThan(30_000);
  const row = (await registerOf(dayOf(new Date(seenAt).toISOString(), zone))).get(ines);
  expect(row).toMatchObject({ firstSeenAt: sighting?.at, lastSeenAt: sighting?.at });
});
