import { DynamoTable } from '@rollcall/cloud/adapters/aws/dynamo-table';
import { S3Images } from '@rollcall/cloud/adapters/aws/s3-images';
import { acceptUpload } from '@rollcall/cloud/domain/accept-upload';
import { captureOfImageKey } from '@rollcall/cloud/domain/capture-image-key';
import { type DrawnFace, DrawingEngine, drawing } from '@rollcall/cloud/domain/drawing-engine.test.support';
import { defaultThresholds } from '@rollcall/cloud/domain/match-policy';
import { recognizeCapture } from '@rollcall/cloud/domain/recognize-capture';
import { openRecognitionStores } from '@rollcall/cloud/handlers/recognition-stores';
import { openStores } from '@rollcall/cloud/handlers/site-stores';
import { as } from '@rollcall/cloud/http/api-for-tests';
import { testApp } from '@rollcall/cloud/http/app-for-tests';
import { CaptureCreated, CaptureStatus } from '@rollcall/contract/sighting';
import { pageOf } from '@rollcall/contract/page';
import { ForgetReceipt, Person } from '@rollcall/contract/person';
import { ManualClock } from '@rollcall/kit/clock';
import { monotonicFactory } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDynamo } from './start-dynamo.ts';
import { startS3 } from './start-s3.ts';

const PeoplePage = pageOf(Person);

describe('the API on DynamoDB and S3', () => {
  const clock = new ManualClock();
  let dynamo: Awaited<ReturnType<typeof startDynamo>>;
  let s3: Awaited<ReturnType<typeof startS3>>;
  let site: ReturnType<typeof apiOnAws>;

  beforeAll(async () => {
    dynamo = await startDynamo();
    s3 = await startS3(() => clock.now());
    site = apiOnAws();
  });
  afterAll(async () => {
    await Promise.all([dynamo.close(), s3.close()]);
  });

  function apiOnAws() {
    const table = new DynamoTable({ client: dynamo.client, tableName: dynamo.tableName, clock });
    const images = new S3Images({ client: s3.client, bucket: s3.bucket, clock });
    const ids = monotonicFactory();
    const { app, deps } = testApp({
      ...openStores(table, clock, { timeZone: 'Europe/Berlin', thresholds: defaultThresholds }),
      ...openRecognitionStores(table),
      table,
      images,
      engine: new DrawingEngine(),
      normalizePicture: (picture) => Promise.resolve(picture),
      clock,
      newId: () => ids(clock.now()),
    });
    return { app, deps, images };
  }

  function call(method: string, path: string, body?: object, who = as('admin')): Promise<Response> {
    const headers = { ...who, 'content-type': 'application/json' };
    return Promise.resolve(site.app.request(path, { method, headers, ...(body && { body: JSON.stringify(body) }) }));
  }

  async function enroll(name: string): Promise<Person> {
    const person = Person.parse(await (await call('POST', '/v1/people', { externalId: name, name })).json());
    const consent = { policyVersion: '1', grantedAt: '2026-01-01T00:00:00Z', by: name };
    expect((await call('PUT', `/v1/people/${person.id}/consent`, consent)).status).toBe(200);
    const photo = { method: 'POST', headers: { ...as('admin'), 'content-type': 'image/jpeg' } };
    const path = `/v1/people/${person.id}/photos`;
    const body = new Uint8Array(drawing([{ who: name, width: 200, sharpness: 80 }]));
    expect((await site.app.request(path, { ...photo, body })).status).toBe(201);
    return person;
  }

  /** As a phone does it, and then what S3's event does. */
  async function handIn(faces: readonly DrawnFace[]): Promise<CaptureStatus> {
    const { upload, captureId } = CaptureCreated.parse(await (await call('POST', '/v1/captures', {})).json());
    const { method, headers } = upload;
    expect((await fetch(upload.url, { method, headers, body: new Uint8Array(drawing(faces)) })).status).toBe(200);
    const key = new URL(upload.url).pathname.slice(`/${s3.bucket}/`.length);
    expect(await site.images.checkUpload(key)).toBe(true);
    await acceptUpload({ ...site.deps, hasRoom: () => true, onPending: () => {} }, key);
    const capture = captureOfImageKey(key);
    if (capture) await recognizeCapture(site.deps, capture.org, capture.id);
    return CaptureStatus.parse(await (await call('GET', `/v1/captures/${captureId}`)).json());
  }

  it('takes a person from being enrolled to attendance, and forgets them', async () => {
    const ada = await enroll('Ada');
    const answer = await handIn([{ who: 'Ada', like: { [ada.id]: 98 } }]);
    expect(answer).toMatchObject({ status: 'done', sightings: [{ verdict: 'accepted', person: { name: 'Ada' } }] });
    const day = '/v1/attendance?date=2026-01-05';
    expect(await (await call('GET', day)).json()).toMatchObject({ items: [{ name: 'Ada', status: 'present' }] });
    const pictures = s3.versions.keys.length;
    expect(pictures).toBe(2);
    const receipt = ForgetReceipt.parse(await (await call('DELETE', `/v1/people/${ada.id}`)).json());
    expect(receipt.removed).toMatchObject({ photos: 1, captures: 1, sightings: 1, attendance: 1 });
    expect(s3.versions.keys).toEqual([]);
    expect(await (await call('GET', day)).json()).toMatchObject({ items: [] });
  });

  it('shows nothing of it to another organization', async () => {
    const bob = await enroll('Bob');
    await handIn([{ who: 'Bob', like: { [bob.id]: 98 } }]);
    const stranger = as('owner', 'other');
    const lists = ['people', 'sightings', 'attendance?date=2026-01-05', 'devices', 'groups', 'audit'];
    const answers = await Promise.all(lists.map((list) => call('GET', `/v1/${list}`, undefined, stranger)));
    expect(answers.map(({ status }) => status)).toEqual(lists.map(() => 200));
    const found = await Promise.all(answers.map((answer) => answer.json()));
    expect(found).toMatchObject(lists.map(() => ({ items: [] })));
    const his = [`people/${bob.id}`, `people/${bob.id}/photos`];
    const refusals = await Promise.all(his.map((path) => call('GET', `/v1/${path}`, undefined, stranger)));
    expect(refusals.map(({ status }) => status)).toEqual([404, 404]);
    expect((await call('DELETE', `/v1/people/${bob.id}`, undefined, stranger)).status).toBe(404);
    expect((await call('GET', `/v1/people/${bob.id}`)).status).toBe(200);
  });

  it('goes through long lists page by page, in order', async () => {
    const names = Array.from({ length: 23 }, (_, n) => `Person ${String(n).padStart(2, '0')}`);
    for (const name of names) await call('POST', '/v1/people', { externalId: name, name });
    const seen: string[] = [];
    let query: string | null = '';
    while (query !== null) {
      const answer: Response = await call('GET', `/v1/people?limit=5${query}`);
      const page = PeoplePage.parse(await answer.json());
      seen.push(...page.items.map(({ name }) => name));
      query = page.nextCursor && `&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
    expect(seen.filter((name) => name.startsWith('Person'))).toEqual(names);
  });
});
