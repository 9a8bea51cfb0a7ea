import { DeviceId } from '@rollcall/contract/ids';
import { Unavailable } from '@rollcall/kit/app-error';
import { describe, expect, it } from 'vitest';
import { drawing } from './drawing-engine.test.support.ts';
import { main, testSite } from './recognition.test.support.ts';

const captureId = '01KE6D0000000000000000000A';
const message = {
  v: 1,
  captureId,
  passageId: '01KE6D0000000000000000000B',
  takenAt: '2026-01-05T06:59:59Z',
  clockSynced: true,
  shot: { score: 0.5, sharpness: 0.5, size: 0.5, light: 0.5, sequence: 1 },
  image: Buffer.from(drawing([])).toString('base64'),
};

const pendingOf = async (site: ReturnType<typeof testSite>) => (await site.ports.captures.pending(main, 10))[0];

describe('a capture from a device', () => {
  it('is acked once its picture and its record are kept, with time and door of its own', async () => {
    const site = testSite();
    await site.deliver('accept-capture', message);
    expect(site.acks).toEqual([{ id: captureId, status: 'stored' }]);
    const capture = await pendingOf(site);
    expect(capture).toMatchObject({
      id: captureId,
      deviceId: 'camera-1',
      doorId: 'door-1',
      takenAt: '2026-01-05T06:59:59.000Z',
      clockTrusted: true,
      status: 'pending',
    });
    expect(site.images.pictures.get(capture?.imageKey ?? '')).toEqual(drawing([]));
  });

  it('is acked again and changes nothing when it comes again', async () => {
    const site = testSite();
    await site.deliver('accept-capture', message);
    const before = await site.table.dump();
    site.clock.advance(1000);
    await site.deliver('accept-capture', message);
    await site.recognition.start();
    await site.idle();
    await site.deliver('accept-capture', message);
    expect(site.acks.map((ack) => ack.status)).toEqual(['stored', 'stored', 'stored']);
    expect(Object.keys(await site.table.dump())).toEqual(expect.arrayContaining(Object.keys(before)));
    expect(site.engine.searches).toBe(1);
  });

  it('is acked to both when it comes twice at once', async () => {
    const site = testSite();
    await Promise.all([site.deliver('accept-capture', message), site.deliver('accept-capture', message)]);
    expect(site.acks.map((ack) => ack.status)).toEqual(['stored', 'stored']);
    expect(await site.ports.captures.pending(main, 10)).toHaveLength(1);
  });

  it('is refused under the id of another device’s', async () => {
    const site = testSite();
    await site.deliver('accept-capture', message);
    await site.deliver('accept-capture', message, DeviceId.parse('camera-2'));
    expect(site.acks[1]).toMatchObject({ id: captureId, status: 'refused' });
  });

  it.each([
    ['is no JPEG', { ...message, image: Buffer.from('GIF89a').toString('base64') }, /expected a JPEG/],
    ['has a field too many', { ...message, org: 'other' }, /org/],
    ['lacks a field', { ...message, shot: undefined }, /shot/],
    ['is no base64', { ...message, image: '%%%%%%%%' }, /image/],
  ])('is refused with the reason when it %s', async (_what, given, reason) => {
    const site = testSite();
    await site.deliver('accept-capture', given);
    expect(site.acks).toMatchObject([{ id: captureId, status: 'refused', reason: expect.stringMatching(reason) }]);
    expect(site.images.pictures.size).toBe(0);
  });

  it.each([
    ['no JSON', new TextEncoder().encode('{"v":1')],
    ['no UTF-8', Uint8Array.of(0xff, 0xfe, 0x00)],
    ['nothing', new Uint8Array()],
    ['a list', new TextEncoder().encode('[1]')],
  ])('is let go without an ack when it is %s', async (_what, payload) => {
    const site = testSite();
    await site.deliver('accept-capture', payload);
    expect(site.acks).toEqual([]);
  });

  it('gets no ack when too many wait, and is taken later', async () => {
    const site = testSite();
    site.engine.isAway = true;
    const first = await site.send([]);
    for (let n = 1; n < 256; n++) await site.send([]);
    await expect(site.deliver('accept-capture', message)).rejects.toThrow(Unavailable);
    expect(site.acks).toHaveLength(256);
    // One that is stored already is told so all the same.
    await site.send([], first);
    expect(site.acks[256]).toEqual({ id: first.captureId, status: 'stored' });
    site.engine.isAway = false;
    await site.recognition.start();
    await site.idle();
    await site.deliver('accept-capture', message);
    expect(site.acks).toHaveLength(258);
  });

  it.each([
    ['its clock is neither synchronized nor right', { clockSynced: false, takenAt: '2026-01-05T06:00:00.000Z' }],
    ['it says to come from the future', { takenAt: '2026-01-05T07:01:00.001Z' }],
    ['it says to be older than any outage', { takenAt: '1970-01-01T00:00:10Z' }],
  ])('has the time at which it came when %s', async (_why, over) => {
    const site = testSite();
    await site.deliver('accept-capture', { ...message, ...over });
    expect(await pendingOf(site)).toMatchObject({
      takenAt: '2026-01-05T07:00:00.000Z',
      clockTrusted: false,
      claimedAt: new Date({ ...message, ...over }.takenAt).toISOString(),
    });
  });

  it('has its own time when its clock agrees with ours, though nothing synchronizes it', async () => {
    const site = testSite();
    await site.deliver('accept-capture', { ...message, clockSynced: false });
    expect(await pendingOf(site)).toMatchObject({ takenAt: '2026-01-05T06:59:59.000Z', clockTrusted: true });
  });
});
