import type { Attendance } from '@rollcall/contract/attendance';
import { CaptureMessage } from '@rollcall/contract/capture';
import { DeviceId } from '@rollcall/contract/ids';
import type { Device } from '@rollcall/contract/place';
import type { Sighting } from '@rollcall/contract/sighting';
import { maxPayloadBytes } from '@rollcall/contract/topics';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { anton, enrollDemoPeople, ines, jonas, mara, pictureOf } from './demo-people.ts';
import { allow, certificateFor, type DeviceCertificate } from './device-certificate.ts';
import { captureMessage, passageOf } from './door-messages.ts';
import { answerOf } from './hand-in.ts';
import { RawDevice } from './raw-device.ts';
import { dataFolder, type Site, startSite, until } from './start-site.ts';

/** MQTT 5 reason codes. */
const success = 0;
const notAuthorized = 0x87;

describe('what a device may send, and what it may not', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let site: Site;
  let certificate: DeviceCertificate;
  let door: RawDevice;
  let otherDoor: RawDevice;

  beforeAll(async () => {
    folder = await dataFolder();
    site = await startSite(folder.path);
    await enrollDemoPeople(site);
    for (const id of ['pi-1', 'pi-2']) await allow(site, id, 'door-1');
    certificate = await certificateFor(site, 'pi-1');
    door = await RawDevice.connect(site, certificate);
    otherDoor = await RawDevice.connect(site, await certificateFor(site, 'pi-2'));
  });
  afterAll(async () => {
    await Promise.all([door?.end(), otherDoor?.end()]);
    await site?.stop();
    await folder.remove();
  });

  /** That the log says so; it is read a moment after it is written. */
  const logged = async (event: string, fields: Record<string, unknown>) =>
    vi.waitFor(() => expect(site.logged(event)).toContainEqual(expect.objectContaining(fields)));
  const attendanceOf = async (name: string) => {
    const { body } = await site.api<{ items: Attendance[] }>('GET', '/v1/attendance');
    return body.items.filter((row) => row.name === name);
  };

  it('acks what is durable, and several shots of one passage are one sighting', async () => {
    const { captures, passage } = passageOf([await pictureOf(anton), await pictureOf(anton), await pictureOf(anton)]);
    for (const capture of captures) expect(await door.publish('capture', capture)).toBe(success);
    for (const { captureId } of captures) expect(await door.ackOf(captureId)).toMatchObject({ status: 'stored' });
    await door.publish('passage', passage);
    expect(await door.ackOf(passage.passageId)).toMatchObject({ status: 'stored' });
    for (const { captureId } of captures) expect(await answerOf(site, captureId)).toMatchObject({ status: 'done' });
    const { body } = await site.api<{ items: Sighting[] }>('GET', '/v1/sightings');
    expect(body.items).toMatchObject([{ person: { name: anton }, verdict: 'accepted', passageId: passage.passageId }]);
    expect(await attendanceOf(anton)).toMatchObject([{ status: 'present', doorId: 'door-1' }]);
  });

  it('takes the same capture again as the same', async () => {
    const capture = captureMessage(await pictureOf(mara));
    for (let time = 0; time < 3; time++) await door.publish('capture', capture);
    await until('three acks', () => door.acks.filter((ack) => ack.id === capture.captureId).length === 3);
    expect(await answerOf(site, capture.captureId)).toMatchObject({ sightings: [{ person: { name: mara } }] });
    expect(await attendanceOf(mara)).toHaveLength(1);
  });

  it.each([
    ['a byte', maxPayloadBytes + 1],
    ['megabytes', 4_000_000],
  ])('drops the connection of who sends %s more than 128 KB, and nobody else notices', async (_much, bytes) => {
    await door.publish('capture', Buffer.alloc(bytes, ' '));
    await door.closed();
    await logged('message-too-large', { clientId: 'pi-1' });
    const capture = captureMessage(await pictureOf(ines));
    await otherDoor.publish('capture', capture);
    expect(await otherDoor.ackOf(capture.captureId)).toMatchObject({ status: 'stored' });
    door = await RawDevice.connect(site, certificate);
    await door.publish('capture', { ...capture, captureId: capture.passageId });
    expect(await door.ackOf(capture.passageId)).toMatchObject({ status: 'stored' });
  });

  it('keeps what one device sent from another that uses the same id', async () => {
    const capture = captureMessage(await pictureOf(ines));
    await otherDoor.publish('capture', capture);
    expect(await otherDoor.ackOf(capture.captureId)).toMatchObject({ status: 'stored' });
    await door.publish('capture', { ...capture, image: Buffer.from(await pictureOf()).toString('base64') });
    expect(await door.ackOf(capture.captureId)).toMatchObject({ status: 'refused' });
    expect(await answerOf(site, capture.captureId)).toMatchObject({ sightings: [{ person: { name: ines } }] });
  });

  it('lets go of what is no JSON, says so in the log, and goes on', async () => {
    for (const payload of ['{"v":1,', '', '"a"', '\u0000']) await door.publish('capture', Buffer.from(payload));
    await door.publish('passage', Buffer.from([0xff, 0xfe]));
    await door.publish('health', Buffer.from('[]'));
    await logged('capture-refused', { deviceId: 'pi-1', bytes: 7, reason: 'expected JSON in UTF-8' });
    await logged('passage-refused', { deviceId: 'pi-1', bytes: 2 });
    await logged('heartbeat-refused', { deviceId: 'pi-1', bytes: 2 });
    expect(door.isClosed).toBe(false);
    expect((await site.api('GET', '/readyz')).status).toBe(200);
  });

  it('refuses a message that does not fit, naming what is wrong', async () => {
    const picture = await pictureOf(jonas);
    const whole = captureMessage(picture);
    const { image: _, ...withoutImage } = whole;
    const cases: [unknown, RegExp][] = [
      [withoutImage, /image/],
      [{ ...whole, v: 2 }, /v:/],
      [{ ...whole, takenAt: 'yesterday' }, /takenAt/],
      [{ ...whole, mood: 'good' }, /mood/],
      [{ ...whole, image: '%%%' }, /image/],
      [{ ...whole, image: Buffer.from('GIF89a, not a JPEG').toString('base64') }, /image: expected a JPEG/],
    ];
    for (const [message, reason] of cases) {
      door.acks.length = 0;
      await door.publish('capture', message);
      const ack = await door.ackOf(whole.captureId);
      expect(ack).toMatchObject({ status: 'refused', reason: expect.stringMatching(reason) });
    }
    expect((await site.api('GET', `/v1/captures/${whole.captureId}`)).status).toBe(404);
    // The same capture as it should be is welcome.
    door.acks.length = 0;
    await door.publish('capture', whole);
    expect(await door.ackOf(whole.captureId)).toMatchObject({ status: 'stored' });
  });

  it('keeps a JPEG that was cut off, and says at the capture why nobody was recognized in it', async () => {
    const picture = await pictureOf(jonas);
    const { captures, passage } = passageOf([picture.subarray(0, 2_000)]);
    for (const capture of captures) await door.publish('capture', capture);
    await door.publish('passage', passage);
    expect(await door.ackOf(passage.captures[0] ?? '')).toMatchObject({ status: 'stored' });
    const { status, reason, sightings } = await answerOf(site, passage.captures[0] ?? '');
    expect(status).toBe('failed');
    expect(reason).toMatch(/whole JPEG/);
    expect(sightings).toEqual([]);
  });

  it('takes nothing on another device’s topic', async () => {
    const capture = captureMessage(await pictureOf(anton));
    expect(await door.publish('capture', capture, DeviceId.parse('pi-2'))).toBe(notAuthorized);
    await logged('publish-denied', { clientId: 'pi-1' });
    expect((await site.api('GET', `/v1/captures/${capture.captureId}`)).status).toBe(404);
  });

  it('puts what a clock that is years off took on the day on which it came', async () => {
    const before = Date.now();
    for (const [takenAt, clockSynced] of [
      ['1970-01-01T00:00:07.000Z', false],
      ['2041-06-01T12:00:00.000Z', false],
      ['2016-03-01T12:00:00.000Z', true],
    ] as const) {
      const capture = captureMessage(await pictureOf(jonas), { takenAt, clockSynced });
      await door.publish('capture', CaptureMessage.parse(capture));
      const { sightings } = await answerOf(site, (await door.ackOf(capture.captureId)).id);
      expect(sightings).toMatchObject([{ verdict: 'accepted', person: { name: jonas } }]);
      const at = Date.parse(sightings[0]?.at ?? '');
      expect(at).toBeGreaterThanOrEqual(before);
      expect(at).toBeLessThanOrEqual(Date.now());
    }
    const rows = await attendanceOf(jonas);
    expect(rows).toHaveLength(1);
    expect(Date.parse(rows[0]?.firstSeenAt ?? '')).toBeGreaterThanOrEqual(before - 60_000);
  });

  it('lets nobody in without a certificate that it knows', async () => {
    await expect(certificateFor(site, 'pi-9')).rejects.toThrow('pi-9 is not on the allow-list');
    await allow(site, 'pi-3');
    const removed = await certificateFor(site, 'pi-3');
    await site.api('DELETE', '/v1/devices/pi-3');
    await expect(RawDevice.connect(site, removed)).rejects.toThrow(/not authorized/i);
    await logged('device-refused', { clientId: 'pi-3' });
  });

  it('ends the connection of a device that was revoked, and lets it in no more', async () => {
    const revoked = await site.api<Device>('POST', '/v1/devices/pi-1/revoke');
    expect(revoked.body).toMatchObject({ state: 'revoked', online: false });
    await door.closed();
    expect(door.reasonCode).toBe(notAuthorized);
    await expect(RawDevice.connect(site, certificate)).rejects.toThrow(/not authorized/i);
    const capture = captureMessage(await pictureOf(anton));
    await otherDoor.publish('capture', capture);
    expect(await otherDoor.ackOf(capture.captureId)).toMatchObject({ status: 'stored' });
  });
});
