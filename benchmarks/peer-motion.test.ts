import { expect, it } from 'vitest';
import { inClip, type PeerClip } from './peer-clip.ts';
import { eventsIn } from './peer-motion.ts';

const start = (at: number) => ({ kind: 'event-start', at });
const end = (at: number) => ({ kind: 'event-end', at });

it('takes an event for what goes from its first motion to its last', () => {
  const events = [start(2), end(7), start(10), { kind: 'anything else', at: 11 }, end(30)];
  expect(eventsIn(events, { seconds: 40, gap: 4 })).toEqual([
    { start: 2, end: 3, captures: 0 },
    { start: 10, end: 26, captures: 0 },
  ]);
});

it('ends an event that goes on with the frames', () => {
  expect(eventsIn([end(1), start(2)], { seconds: 40, gap: 60 })).toEqual([{ start: 2, end: 40, captures: 0 }]);
});

it('leaves out what was found before the clip began', () => {
  const clip: PeerClip = {
    name: 'a.mp4',
    truth: { passages: [], non_person_motion_s: [] },
    fps: 10,
    dir: '.',
    files: [],
    standS: 5,
  };
  const found = eventsIn([start(0), end(4), start(4.5), end(9)], { seconds: 20, gap: 1 });
  expect(inClip(found, clip)).toEqual([{ start: -0.5, end: 3, captures: 0 }]);
});
