import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UploadTokens } from '@rollcall/cloud/adapters/local/upload-tokens';
import type { Attendance } from '@rollcall/contract/attendance';
import { ManualClock } from '@rollcall/kit/clock';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anton, enrollDemoPeople, ines, mara, pictureOf } from './demo-people.ts';
import { answerOf, askForUpload, handIn, upload } from './hand-in.ts';
import { dataFolder, type Site, startSite } from './start-site.ts';

const tenMegabytes = 10 * 1024 * 1024;

describe('a picture that a kiosk or a phone hands in', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let site: Site;

  beforeAll(async () => {
    folder = await dataFolder();
    site = await startSite(folder.path);
    await enrollDemoPeople(site);
  });
  afterAll(async () => {
    await site?.stop();
    await folder.remove();
  });

  const present = async () => {
    const { body } = await site.api<{ items: Attendance[] }>('GET', '/v1/attendance?status=present');
    return body.items;
  };
  const kioskAt = async (doorId: string) => {
    const { body } = await site.api<{ key: string }>('POST', '/v1/api-keys', { name: 'kiosk', role: 'kiosk', doorId });
    return body.key;
  };

  it('marks the person it shows as present, and at the next picture says that they were marked before', async () => {
    const first = await handIn(site, await pictureOf(anton));
    expect(first).toMatchObject({ status: 'done', sightings: [{ verdict: 'accepted', person: { name: anton } }] });
    expect(first.sightings[0]?.attendance).toMatchObject({ status: 'present', marked: true });
    const again = await handIn(site, await pictureOf(anton));
    expect(again.sightings).toMatchObject([{ person: { name: anton }, attendance: { marked: false } }]);
    const rows = (await present()).filter((row) => row.name === anton);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.firstSeenAt).toBe(first.sightings[0]?.at);
    expect(rows[0]?.lastSeenAt).toBe(again.sightings[0]?.at);
  });

  it('says of a stranger that nobody knows them, and marks nobody', async () => {
    const before = await present();
    const { status, sightings } = await handIn(site, await pictureOf());
    expect(status).toBe('done');
    expect(sightings).toMatchObject([{ verdict: 'unknown', person: null }]);
    expect(await present()).toEqual(before);
  });

  it('says what is wrong with a picture that shows nobody', async () => {
    const wall = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#9a8' } })
      .jpeg()
      .toBuffer();
    const { sightings } = await handIn(site, wall);
    expect(sightings).toMatchObject([{ verdict: 'unusable', person: null, reason: expect.stringMatching(/no face/i) }]);
  });

  it('may have 12 megapixels', async () => {
    const picture = await sharp(await pictureOf(mara))
      .resize({ height: 3000 })
      .extend({ left: 673, right: 673, background: '#dfe5ea' })
      .resize(4000, 3000, { fit: 'cover' })
      .jpeg({ quality: 90 })
      .toBuffer();
    expect(picture.length).toBeLessThan(tenMegabytes);
    expect(await handIn(site, picture)).toMatchObject({
      status: 'done',
      sightings: [{ verdict: 'accepted', person: { name: mara } }],
    });
  });

  it('is refused when it is no image, is empty, or is over 10 MB', async () => {
    const cases: [Uint8Array, number, string][] = [
      [Buffer.from('%PDF-1.7 not a picture'), 422, 'not-an-image'],
      [Buffer.alloc(0), 422, 'not-an-image'],
      [Buffer.concat([await pictureOf(mara), Buffer.alloc(tenMegabytes)]), 413, 'too-large'],
    ];
    for (const [picture, status, code] of cases) {
      const { captureId, upload: target } = await askForUpload(site);
      const answer = await upload(site, target, picture);
      expect(answer.status).toBe(status);
      expect(answer.body).toMatchObject({ code, detail: expect.any(String) });
      expect((await site.api('GET', `/v1/captures/${captureId}`)).body).toMatchObject({ sightings: [] });
    }
  });

  it('fails with the reason when it is a JPEG that was cut off', async () => {
    const whole = await pictureOf(ines);
    const { status, reason, sightings } = await handIn(site, whole.subarray(0, whole.length / 2));
    expect(status).toBe('failed');
    expect(reason).toMatch(/whole JPEG/);
    expect(sightings).toEqual([]);
    expect((await present()).map((row) => row.name)).not.toContain(ines);
  });

  it('needs an address that was given out and has not expired', async () => {
    const { upload: target } = await askForUpload(site);
    const picture = await pictureOf(ines);
    const token = new URL(target.url).pathname.split('/').at(-1) ?? '';
    const [body = '', signature = ''] = token.split('.');
    const otherBody = Buffer.from(Buffer.from(body, 'base64url').toString().replace('main/', 'else/'));
    const forged = [`${otherBody.toString('base64url')}.${signature}`, `${body}.${'A'.repeat(43)}`, body, 'x'];
    for (const one of forged) {
      const answer = await upload(site, { ...target, url: `${site.url}/uploads/${one}` }, picture);
      expect(answer).toMatchObject({
        status: 403,
        body: { code: 'denied', detail: expect.stringMatching('not given out here') },
      });
    }
    const expired = await upload(site, { ...target, url: `${site.url}/uploads/${await expiredToken()}` }, picture);
    expect(expired).toMatchObject({ status: 403, body: { code: 'denied', detail: expect.stringMatching('expired') } });
  });

  /** What the site itself would have signed an hour ago. */
  async function expiredToken(): Promise<string> {
    const secret = await readFile(join(folder.path, 'keys', 'upload.key'));
    const clock = new ManualClock(Date.now() - 3_600_000);
    const key = 'main/captures/2026-01-05/01KE6D00000000000000000000.jpg';
    return new UploadTokens(secret, { clock }).sign({ key, expiresAt: clock.now() + 300_000, maxBytes: tenMegabytes });
  }

  it('goes to its address once: the same again changes nothing, another is refused', async () => {
    const { captureId, upload: target } = await askForUpload(site);
    const [picture, other] = await Promise.all([pictureOf(ines), pictureOf(anton)]);
    expect((await upload(site, target, picture)).status).toBe(204);
    expect((await upload(site, target, picture)).status).toBe(204);
    expect(await upload(site, target, other)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const answer = await answerOf(site, captureId);
    expect(answer.sightings).toMatchObject([{ person: { name: ines } }]);
    expect((await upload(site, target, picture)).status).toBe(204);
    expect(await answerOf(site, captureId)).toEqual(answer);
  });

  it('tells a kiosk who it is, but nothing of how similar anybody is, and nothing of others', async () => {
    const [mine, theirs] = await Promise.all([kioskAt('door-1'), kioskAt('door-1')]);
    const answer = await handIn(site, await pictureOf(anton), { apiKey: mine });
    expect(answer.sightings).toMatchObject([
      { person: { name: anton }, reason: 'recognized', doorId: 'door-1', similarity: null, candidates: [] },
    ]);
    const owned = await askForUpload(site);
    for (const [id, apiKey] of [
      [answer.captureId, theirs],
      [owned.captureId, mine],
    ]) {
      const read = await site.api('GET', `/v1/captures/${id}`, undefined, { 'x-api-key': `${apiKey}` });
      expect(read).toMatchObject({ status: 404, body: { code: 'not-found' } });
    }
    for (const path of ['/v1/sightings', '/v1/people', '/v1/attendance', '/v1/devices']) {
      expect((await site.api('GET', path, undefined, { 'x-api-key': mine })).status).toBe(403);
    }
  });
});
