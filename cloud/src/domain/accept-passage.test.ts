import { CaptureId, DeviceId, PassageId } from '@rollcall/contract/ids';
import { describe, expect, it } from 'vitest';
import { PassageLog } from '../store/passage-log.ts';
import { door1, main, testSite } from './recognition.test.support.ts';

describe('the end of a passage', () => {
  it('is acked and kept when it comes before its captures are recognized', async () => {
    const site = testSite();
    const { passageId, captureId } = await site.send([{ who: 'stranger' }]);
    await site.end(passageId, [captureId]);
    expect(site.acks).toContainEqual({ id: passageId, status: 'stored' });
    await site.recognition.start();
    await site.idle();
    const page = await site.ports.sightings.list(main, {}, { limit: 10 });
    expect(page.items).toEqual([`${passageId}.1`]);
    expect((await site.ports.passages.get(main, passageId))?.passage.state).toBe('closed');
  });

  it('changes nothing when it comes again', async () => {
    const site = testSite();
    await site.recognition.start();
    const { passageId, captureId } = await site.send([{ who: 'stranger' }]);
    await site.idle();
    await site.end(passageId, [captureId]);
    const before = await site.table.dump();
    await site.end(passageId, [captureId]);
    expect(await site.table.dump()).toEqual(before);
    expect(site.acks.filter((ack) => ack.id === passageId)).toHaveLength(2);
  });

  it('is written down by one write when nothing was captured, and once however often it comes', async () => {
    const site = testSite();
    const writes = site.table.writes;
    const id = PassageId.parse(site.newId());
    await site.end(id, []);
    expect(site.acks).toMatchObject([{ status: 'stored' }]);
    expect(site.table.writes).toBe(writes + 1);
    site.clock.advance(60_000);
    await site.end(id, []);
    const log = await new PassageLog(site.table).list(main, door1, {}, { limit: 10 });
    expect(log.items).toMatchObject([{ id, deviceId: 'camera-1', openedAt: '2026-01-05T07:00:00.000Z', captures: [] }]);
  });

  it('is dated by our clock when the device has none that is right', async () => {
    const site = testSite();
    const passageId = PassageId.parse(site.newId());
    const times = { openedAt: '1970-01-01T00:01:00Z', closedAt: '1970-01-01T00:01:20Z', clockSynced: false };
    await site.deliver('accept-passage', { v: 1, passageId, ...times, frames: 9, captures: [], ended: 'quiet' });
    const log = await new PassageLog(site.table).list(main, door1, {}, { limit: 10 });
    const expected = {
      openedAt: '2026-01-05T07:00:00.000Z',
      closedAt: '2026-01-05T07:00:20.000Z',
      clockTrusted: false,
    };
    expect(log.items).toMatchObject([expected]);
  });

  it('is refused when the passage is another device’s, or does not fit', async () => {
    const site = testSite();
    await site.recognition.start();
    const { passageId, captureId } = await site.send([{ who: 'stranger' }]);
    await site.idle();
    const end = { v: 1, passageId, openedAt: '2026-01-05T07:00:00Z', closedAt: '2026-01-05T07:00:01Z' };
    const rest = { clockSynced: true, frames: 3, captures: [captureId], ended: 'quiet' };
    await site.deliver('accept-passage', { ...end, ...rest }, DeviceId.parse('camera-2'));
    await site.deliver('accept-passage', end);
    expect(site.acks.slice(1)).toMatchObject([
      { id: passageId, status: 'refused' },
      { id: passageId, status: 'refused' },
    ]);
  });

  it('waits for a capture that it names and that has not come yet', async () => {
    const site = testSite();
    await site.recognition.start();
    const { passageId, captureId } = await site.send([{ who: 'stranger' }]);
    await site.idle();
    const late = CaptureId.parse(site.newId());
    await site.end(passageId, [captureId, late]);
    expect((await site.ports.sightings.list(main, {}, { limit: 10 })).items).toEqual([]);
    await site.send([{ who: 'stranger' }], { passageId, captureId: late });
    await site.idle();
    expect((await site.ports.sightings.list(main, {}, { limit: 10 })).items).toEqual([`${passageId}.1`]);
  });
});
