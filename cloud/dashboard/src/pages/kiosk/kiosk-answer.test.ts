import { CaptureStatus } from '@rollcall/contract/sighting';
import { describe, expect, it } from 'vitest';
import { kioskAnswer } from './kiosk-answer.ts';

const id = '01JDA000000000000000000001';
const at = '2026-11-23T07:03:00.000Z';
const ada = { id: '01JDA000000000000000000002', externalId: '7', name: 'Ada' };

function capture(...sightings: object[]): CaptureStatus {
  return CaptureStatus.parse({ id, captureId: id, status: 'done', sightings: sightings.map(sighting) });
}

function sighting(what: object, track: number): object {
  return Object.assign(
    { id: `${id}.${track}`, at, verdict: 'accepted', reason: 'recognized', person: null, similarity: null },
    { candidates: [], doorId: null, deviceId: null, captureId: id, passageId: id, resolution: null },
    what,
  );
}

function attendance(status: string, marked: boolean) {
  return { date: '2026-11-23', sessionId: 'all-day', status, firstSeenAt: at, lastSeenAt: at, marked };
}

describe('what the kiosk says', () => {
  it('greets whoever is marked, by the time of day', () => {
    const marked = capture({ person: ada, attendance: attendance('present', true) });
    expect(kioskAnswer(marked, 8)).toMatchObject({ tone: 'good', title: 'Good morning, Ada' });
    expect(kioskAnswer(marked, 15).title).toBe('Good afternoon, Ada');
    expect(kioskAnswer(marked, 20).title).toBe('Good evening, Ada');
  });

  it('says that somebody is late, or was marked before', () => {
    expect(kioskAnswer(capture({ person: ada, attendance: attendance('late', true) }), 8)).toMatchObject({
      tone: 'late',
      detail: expect.stringContaining('marked late'),
    });
    expect(kioskAnswer(capture({ person: ada, attendance: attendance('present', false) }), 8)).toMatchObject({
      title: 'Hello again, Ada',
      detail: expect.stringContaining('Already marked at'),
    });
  });

  it('greets two who stand there together', () => {
    const both = capture({ person: ada }, { person: { ...ada, name: 'Bob' } });
    expect(kioskAnswer(both, 8).title).toBe('Good morning, Ada and Bob');
  });

  it.each(['unknown', 'doubtful', 'spoof'])('sends a face that is %s to the front desk', (verdict) => {
    expect(kioskAnswer(capture({ verdict }), 8)).toMatchObject({ tone: 'bad', detail: 'Please see the front desk.' });
  });

  it.each([
    ['face only 20 pixels wide: needs 36', 'Come a little closer.'],
    ['face too blurred: sharpness 4 of 100, needs 8', 'Hold still for a moment.'],
    ['face too dark: brightness 3 of 100, needs 8', 'It is too dark here. Face the light.'],
    ['face turned too far away from the camera', 'Look straight into the camera.'],
    ['no face in the picture', 'Look straight into the camera.'],
  ])('tells what to do about “%s”', (reason, detail) => {
    expect(kioskAnswer(capture({ verdict: 'unusable', reason }), 8)).toMatchObject({ tone: 'neutral', detail });
  });

  it('never says how similar anybody is', () => {
    const said = kioskAnswer(capture({ person: ada, similarity: 98.7, reason: 'similarity 98.7' }), 8);
    expect(JSON.stringify(said)).not.toMatch(/98|simil/);
  });
});
