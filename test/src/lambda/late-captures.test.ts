import { DynamoTable } from '@rollcall/cloud/adapters/aws/dynamo-table';
import { dayAfter, dayOf, sessionTimes } from '@rollcall/cloud/domain/session-day';
import { PeopleStore } from '@rollcall/cloud/store/people-store';
import type { Attendance } from '@rollcall/contract/attendance';
import { PersonId } from '@rollcall/contract/ids';
import { instantOf, systemClock } from '@rollcall/kit/clock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portrait } from '../contract/face-pictures.ts';
import { passageOf } from '../site/door-messages.ts';
import { type CloudOrganization, makeOrganization, ruleEvent } from './cloud-organization.ts';
import { type Cloud, startCloud } from './start-cloud.ts';

const day = { start: '09:00', graceMinutes: 15, end: '10:00' };
const zone = 'Europe/Berlin';
const [minuteMs, hourMs] = [60_000, 3_600_000];

describe('captures that come a day late, through the bundles', () => {
  let cloud: Cloud;
  let school: CloudOrganization;
  let camera: Awaited<ReturnType<CloudOrganization['addCamera']>>;
  const ids: string[] = [];
  beforeAll(async () => {
    cloud = await startCloud();
    school = await makeOrganization(cloud, 'school');
    camera = await school.addCamera('SN-1');
    ids.push(await school.enroll('Ada', await portrait({ row: 0, column: 0 })));
    ids.push(await school.enroll('Bea', await portrait({ row: 3, column: 3 })));
    await school.api('PATCH', '/v1/organization', { day });
    // Nobody is absent from what was over before they were registered.
    const people = new PeopleStore(new DynamoTable({ ...cloud.dynamo, clock: systemClock }));
    const createdAt = instantOf(Date.now() - 30 * 24 * hourMs);
    for (const id of ids) await people.change(school.org, PersonId.parse(id), (record) => ({ ...record, createdAt }));
  });
  afterAll(() => cloud.stop());

  const registerOf = async (date: string) => {
    const { body } = await school.api<{ items: Attendance[] }>('GET', `/v1/attendance?date=${date}`);
    return new Map(body.items.map((row) => [row.name, row]));
  };

  /** A passage of yesterday, as the rules hand it on today. */
  const replay = async (takenAt: string, clock: { clockSynced: boolean; ageMs?: number }) => {
    const { captures, passage } = passageOf([await portrait({ row: 0, column: 4 })]);
    for (const capture of captures) {
      await cloud.invoke('capture', ruleEvent('capture', school.org, camera.id, { ...capture, takenAt, ...clock }));
    }
    await cloud.invoke('passage', ruleEvent('passage', school.org, camera.id, passage));
  };

  it('make who was absent present, say why, and leave today and the others alone', async () => {
    const today = dayOf(instantOf(Date.now()), zone);
    const yesterday = dayAfter(today, -1);
    const takenAt = instantOf(sessionTimes(yesterday, day, zone).startMs + 10 * minuteMs);
    const [before, todayBefore] = [await registerOf(yesterday), await registerOf(today)];
    expect(before.get('Ada')).toMatchObject({ status: 'absent', why: expect.stringContaining('not seen by') });
    await replay(takenAt, { clockSynced: true });
    const after = await registerOf(yesterday);
    expect(after.get('Ada')).toMatchObject({
      status: 'present',
      firstSeenAt: takenAt,
      lastSeenAt: takenAt,
      why: expect.stringContaining('first seen 09:10'),
    });
    expect(after.get('Bea')).toEqual(before.get('Bea'));
    expect(await registerOf(today)).toEqual(todayBefore);
  });

  it('count when they were, by how long the device kept them, when its clock was of 1970', async () => {
    const receivedAt = Date.now();
    const seenAt = receivedAt - 50 * hourMs;
    await replay('1970-01-01T00:05:00.000Z', { clockSynced: false, ageMs: 50 * hourMs });
    const row = (await registerOf(dayOf(instantOf(seenAt), zone))).get('Ada');
    expect(Math.abs(Date.parse(row?.firstSeenAt ?? '') - seenAt)).toBeLessThan(30_000);
  });
});
