import { Attendance } from '@rollcall/contract/attendance';
import { AuditEntry } from '@rollcall/contract/audit';
import { pageOf } from '@rollcall/contract/page';
import { Resolved, Sighting } from '@rollcall/contract/sighting';
import { Conflict } from '@rollcall/kit/app-error';
import { beforeEach, describe, expect, it } from 'vitest';
import { main } from '../domain/recognition.test.support.ts';
import { as } from './api-for-tests.ts';
import { bodyOf, problemIn, testRecognitionApi } from './recognition-for-tests.ts';

const json = { 'content-type': 'application/json' };

describe('/v1/sightings', () => {
  let given: ReturnType<typeof testRecognitionApi>;
  let ada: string;
  let bob: string;
  /** Ids of sightings: Ada accepted, Ada doubtful, a stranger, each a minute after the other. */
  let ids: string[];

  beforeEach(async () => {
    given = testRecognitionApi();
    const { site } = given;
    await site.recognition.start();
    ada = await site.register('Ada');
    bob = await site.register('Bob');
    ids = [];
    for (const like of [{ [ada]: 97 }, { [ada]: 90, [bob]: 84 }, {}]) {
      const { passageId, captureId } = await site.send([{ who: JSON.stringify(like), like }]);
      await site.idle();
      await site.end(passageId, [captureId]);
      ids.push(`${passageId}.1`);
      site.clock.advance(60_000);
    }
  });

  const list = (query: string, headers = as('viewer')) =>
    bodyOf(given.api.request(`/v1/sightings${query}`, { headers }), pageOf(Sighting));
  const read = (id: string) => bodyOf(given.api.request(`/v1/sightings/${id}`, { headers: as('viewer') }), Sighting);
  const idsIn = async (query: string) => (await list(query)).items.map((one) => one.id);
  const resolve = (id: string, body: object, headers = as('admin')) =>
    given.api.request(`/v1/sightings/${id}/resolve`, {
      method: 'POST',
      headers: { ...headers, ...json },
      body: JSON.stringify(body),
    });
  const register = async () => {
    const answer = await given.api.request('/v1/attendance?date=2026-01-05', { headers: as('viewer') });
    return (await bodyOf(answer, pageOf(Attendance))).items.map((row) => row.name);
  };

  it('lists them newest first, page by page', async () => {
    const first = await list('?limit=2');
    expect(first.items.map((one) => one.id)).toEqual([ids[2], ids[1]]);
    const second = await list(`?limit=2&cursor=${encodeURIComponent(first.nextCursor ?? '')}`);
    expect(second.items.map((one) => one.id)).toEqual([ids[0]]);
    expect(second.nextCursor).toBeNull();
  });

  it.each([
    ['by verdict', '?verdict=unknown', [2]],
    ['by door', '?doorId=door-1', [2, 1, 0]],
    ['by door and verdict', '?doorId=door-1&verdict=accepted', [0]],
    ['at another door', '?doorId=door-9&verdict=unknown', []],
    ['from an instant on', '?from=2026-01-05T07:01:00Z', [2, 1]],
    ['until an instant, included', '?to=2026-01-05T07:01:00Z', [1, 0]],
    ['open', '?open=true', [2, 1]],
    ['open and doubtful', '?open=true&verdict=doubtful', [1]],
  ])('lists them %s', async (_how, query, expected) => {
    expect(await idsIn(query)).toEqual(expected.map((index) => ids[index]));
  });

  it('lists those of a person, by verdict or by resolution', async () => {
    await resolve(ids[2] ?? '', { personId: ada });
    expect(await idsIn(`?personId=${ada}`)).toEqual([ids[2], ids[0]]);
    expect(await idsIn(`?personId=${ada}&verdict=accepted`)).toEqual([ids[0]]);
    expect(await idsIn(`?personId=${bob}`)).toEqual([]);
  });

  it('shows nothing to another organization or a kiosk', async () => {
    expect((await list('', as('viewer', 'other'))).items).toEqual([]);
    expect((await given.api.request(`/v1/sightings/${ids[0]}`, { headers: as('admin', 'other') })).status).toBe(404);
    expect((await given.api.request('/v1/sightings', { headers: as('kiosk', 'main', 'door-1') })).status).toBe(403);
    expect((await resolve(ids[1] ?? '', { personId: ada }, as('viewer'))).status).toBe(403);
  });

  it('shows the face, or the whole picture, and notes who looked', async () => {
    const face = await given.api.request(`/v1/sightings/${ids[1]}/photo`, { headers: as('viewer') });
    expect(face.headers.get('content-type')).toBe('image/jpeg');
    expect((await face.arrayBuffer()).byteLength).toBe(3);
    const whole = await given.api.request(`/v1/sightings/${ids[1]}/photo?whole=true`, { headers: as('viewer') });
    expect((await whole.arrayBuffer()).byteLength).toBeGreaterThan(3);
    const audit = await given.api.request('/v1/audit', { headers: as('admin') });
    expect((await bodyOf(audit, pageOf(AuditEntry))).items).toMatchObject([
      { action: 'sighting.photo-viewed', target: `sighting/${ids[1]}`, details: { whole: 'true' } },
      { action: 'sighting.photo-viewed', subject: 'viewer-of-main', details: {} },
    ]);
    expect((await given.api.request('/v1/sightings/nothing/photo', { headers: as('viewer') })).status).toBe(404);
  });

  it('resolves a doubtful one: the register of its day follows', async () => {
    expect(await register()).toEqual(['Ada']);
    const answer = await resolve(ids[1] ?? '', { personId: bob });
    expect(answer.status).toBe(200);
    expect(await bodyOf(answer, Resolved)).toMatchObject({
      verdict: 'doubtful',
      person: { name: 'Bob' },
      resolution: { personId: bob, by: 'admin-of-main' },
      attendance: { date: '2026-01-05', marked: true },
    });
    expect(await register()).toEqual(['Ada', 'Bob']);
    expect(await idsIn('?open=true')).toEqual([ids[2]]);
    expect(given.site.events.at(-1)).toMatchObject({ kind: 'attendance', date: '2026-01-05' });
  });

  it('resolves once: a second time is a conflict and changes nothing', async () => {
    await resolve(ids[1] ?? '', { personId: bob });
    const again = await resolve(ids[1] ?? '', { dismiss: true });
    expect(again.status).toBe(409);
    expect((await problemIn(again)).code).toBe('already-resolved');
    expect(await register()).toEqual(['Ada', 'Bob']);
  });

  it('dismisses a stranger, and an accepted one too: then it counts for nobody', async () => {
    expect((await resolve(ids[2] ?? '', { dismiss: true })).status).toBe(200);
    expect(await idsIn('?open=true')).toEqual([ids[1]]);
    await resolve(ids[0] ?? '', { dismiss: true });
    expect(await register()).toEqual([]);
    expect(await read(ids[0] ?? '')).toMatchObject({ verdict: 'accepted', person: null });
  });

  it('gives an accepted one to another person', async () => {
    await resolve(ids[0] ?? '', { personId: bob });
    expect(await register()).toEqual(['Bob']);
    expect(await idsIn(`?personId=${ada}`)).toEqual([]);
  });

  it('keeps its resolution when recognition runs again after a crash', async () => {
    const [captureId] = ids.map((id) => id.slice(0, 26));
    const { site } = given;
    await resolve(ids[0] ?? '', { dismiss: true });
    const sighting = await read(ids[0] ?? '');
    const stored = await site.ports.captures.get(main, sighting.captureId);
    if (!stored) throw new Error(`no capture ${captureId}`);
    // As if the last step, marking the capture done, had been lost.
    await site.ports.captures.replace(main, { ...stored.capture, status: 'pending' }, stored.version);
    await site.recognition.queue.refill();
    await site.idle();
    expect(await register()).toEqual([]);
  });

  it('refuses a person who is not there, and a body that says both', async () => {
    const nobody = await resolve(ids[1] ?? '', { personId: '01KE6D0000000000000000000Z' });
    expect(nobody.status).toBe(422);
    expect((await problemIn(nobody)).errors).toMatchObject([{ path: 'personId' }]);
    expect((await resolve(ids[1] ?? '', { personId: bob, dismiss: true })).status).toBe(422);
    expect((await resolve('01KE6D0000000000000000000Z.1', { dismiss: true })).status).toBe(404);
  });

  it('learns the face when asked to, and says why when it cannot, resolved all the same', async () => {
    const learned = await resolve(ids[1] ?? '', { personId: bob, learn: true });
    expect((await bodyOf(learned, Resolved)).learned).toEqual({ done: true });
    expect(given.learned).toMatchObject([{ personId: bob }]);
    given.refusal.error = new Conflict('expected the consent of the person', { code: 'consent-missing' });
    const refused = await resolve(ids[2] ?? '', { personId: ada, learn: true });
    expect(refused.status).toBe(200);
    expect(await bodyOf(refused, Resolved)).toMatchObject({
      person: { name: 'Ada' },
      learned: { done: false, reason: 'expected the consent of the person' },
    });
  });
});
