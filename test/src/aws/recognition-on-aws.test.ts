import { DynamoTable } from '@rollcall/cloud/adapters/aws/dynamo-table';
import { S3Images } from '@rollcall/cloud/adapters/aws/s3-images';
import { forgetEvidence } from '@rollcall/cloud/domain/forget-evidence';
import { main, testSite } from '@rollcall/cloud/domain/recognition.test.support';
import { like, registerOf, sightingsOf, type Site } from '@rollcall/cloud/domain/started-site.test.support';
import { CaptureId, PassageId, type PersonId } from '@rollcall/contract/ids';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDynamo } from './start-dynamo.ts';
import { startS3 } from './start-s3.ts';

/** Of the writes at which the power may go, every so manieth; on a memory table all of them are tried. */
const everyNthWrite = 7;

describe('recognition on DynamoDB and S3', () => {
  let services: { dynamo: Awaited<ReturnType<typeof startDynamo>>; s3: Awaited<ReturnType<typeof startS3>> };
  let tables = 0;

  beforeAll(async () => {
    services = { dynamo: await startDynamo(), s3: await startS3() };
  });
  afterAll(async () => {
    await Promise.all([services.dynamo.close(), services.s3.close()]);
  });

  /** A site on a table of its own. */
  async function siteOnAws(): Promise<Site> {
    const { dynamo, s3 } = services;
    const tableName = `records-${++tables}`;
    await dynamo.createTable(tableName);
    return testSite('2026-01-05T07:00:00.000Z', {
      table: (clock) => new DynamoTable({ client: dynamo.client, tableName, clock }),
      images: (clock) => new S3Images({ client: s3.client, bucket: s3.bucket, clock }),
    });
  }

  async function outcome(breakAt?: { write: number; when: 'before' | 'after' }) {
    const site = await siteOnAws();
    const people = { ada: await site.register('Ada'), bob: await site.register('Bob') };
    const ids = idsOf(site);
    const start = site.table.writes;
    site.table.breakAt = breakAt && { ...breakAt, write: start + breakAt.write };
    await morning(site, people, ids).catch(() => {});
    const writes = site.table.writes - start;
    await site.idle();
    site.table.mend();
    await site.restart();
    await site.idle();
    await morning(site, people, ids);
    await site.recognition.timers['close-passages']();
    return { site, people, writes, dump: await site.table.dump() };
  }

  it('comes to the same after a power cut as without one', async () => {
    const whole = await outcome();
    expect((await sightingsOf(whole.site)).map(({ verdict }) => verdict).sort()).toEqual([
      'accepted',
      'accepted',
      'unknown',
    ]);
    const register = (await registerOf(whole.site)).map(({ name, status }) => `${name} ${status}`);
    expect(register).toEqual(['Ada present', 'Bob present']);
    for (let write = 1; write <= whole.writes; write += everyNthWrite) {
      for (const when of ['before', 'after'] as const) {
        const cut = await outcome({ write, when });
        expect(cut.dump, `power cut ${when} write ${write}`).toEqual(whole.dump);
      }
    }
  });

  it('leaves nothing of somebody who is forgotten, no version of a picture either', async () => {
    const { site, people } = await outcome();
    const before = services.s3.versions.keys.length;
    expect(await forgetEvidence(site.ports, main, people.ada)).toMatchObject({ sightings: 1, attendance: 1 });
    expect(services.s3.versions.keys.length).toBeLessThan(before);
    await site.people.delete(main, people.ada);
    const names = Object.keys(await site.table.dump()).map((key) => key.split('#')[1]);
    expect(names.filter((name) => name === 'attendance')).toHaveLength(1);
    expect((await site.ports.appearances.list(main, people.ada, {}, { limit: 9 })).items).toEqual([]);
  });
});

function idsOf(site: Site) {
  return {
    passageId: PassageId.parse(site.newId()),
    first: CaptureId.parse(site.newId()),
    second: CaptureId.parse(site.newId()),
  };
}

/** Two people and a stranger go through a door. */
async function morning(site: Site, ids: Record<'ada' | 'bob', PersonId>, given: ReturnType<typeof idsOf>) {
  const { passageId, first, second } = given;
  await site.recognition.start();
  await site.send([like(ids.ada, 97), { who: 'stranger' }], { passageId, captureId: first });
  await site.idle();
  await site.send([like(ids.bob, 98)], { passageId, captureId: second });
  await site.idle();
  await site.end(passageId, [first, second]);
}
