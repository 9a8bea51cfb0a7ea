import { PassageMessage } from '@rollcall/contract/capture';
import { AgentConfig } from '@rollcall/contract/agent-config';
import { Unavailable } from '@rollcall/kit/app-error';
import { ManualTimer } from '@rollcall/kit/timer';
import { monotonicFactory } from 'ulid';
import { describe, expect, it } from 'vitest';
import { type DrawnPerson, drawDoor } from '../../test/drawn-door.ts';
import type { Frame } from '../ports/frame.ts';
import type { DoorCapture, DoorEvent, DoorPassage } from './door-event.ts';
import { watchDoor } from './watch-door.ts';

const { motion, passage } = AgentConfig.parse({ org: 'main', camera: 'video:x', mqtt: { host: 'x' } });
const start = Date.parse('2026-01-05T08:00:00Z');

function frameAt(seconds: number, people: readonly DrawnPerson[]): Frame {
  const luma = drawDoor({ people, seed: 1 + Math.round(seconds * 1000) });
  return { at: start + seconds * 1000, image: new Uint8Array([1]), width: 1280, height: 720, luma };
}

/** Comes nearer from `from` on, for four seconds, and leaves; stands still for so long in between. */
function walker(from: number, stillSeconds = 0): (seconds: number) => DrawnPerson[] {
  return (seconds) => {
    const since = seconds - from;
    const walked = since < 2 ? since : Math.max(2, since - stillSeconds);
    if (since < 0 || walked > 4) return [];
    const size = 0.2 + walked * 0.15;
    return [{ x: 0.1 + walked * 0.12, y: 0.95 - size, width: size * 0.3, height: size }];
  };
}

function watch(frames: () => AsyncIterable<Frame>, more: { signal?: AbortSignal; timer?: ManualTimer } = {}) {
  return watchDoor({
    camera: { frames },
    reader: { detail: async (frame) => frame.luma },
    motion,
    passage,
    clockSynced: () => true,
    newId: monotonicFactory(),
    timer: new ManualTimer(),
    ...more,
  });
}

async function all(events: AsyncIterable<DoorEvent>): Promise<{ captures: DoorCapture[]; passages: DoorPassage[] }> {
  const captures: DoorCapture[] = [];
  const passages: DoorPassage[] = [];
  for await (const event of events) {
    if (event.kind === 'capture') captures.push(event);
    else passages.push(event);
  }
  return { captures, passages };
}

async function* film(seconds: number, fps: number, people: (seconds: number) => DrawnPerson[]): AsyncGenerator<Frame> {
  for (let i = 0; i < seconds * fps; i++) yield frameAt(i / fps, people(i / fps));
}

/** Ends while somebody is there. */
function cut(): AsyncIterable<Frame> {
  return film(4, 10, walker(2));
}

async function* failing(): AsyncGenerator<Frame> {
  yield* cut();
  throw new Unavailable('the cable is out');
}

describe('watching a door', () => {
  it.each([10, 30])('tells of two people who come one after the other, at %i frames a second', async (fps) => {
    const [first, second] = [walker(2), walker(9)];
    const { captures, passages } = await all(watch(() => film(16, fps, (s) => [...first(s), ...second(s)])));
    expect(passages).toHaveLength(2);
    for (const { message } of passages) {
      expect(PassageMessage.parse(message).ended).toBe('quiet');
      const own = captures.filter((capture) => capture.passageId === message.passageId);
      expect(own.map((capture) => capture.captureId)).toEqual(message.captures);
      expect(own.map((capture) => capture.shot.sequence)).toEqual(own.map((_, i) => i + 1));
      expect(own.length).toBeGreaterThan(1);
      expect(own.length).toBeLessThanOrEqual(passage.maxCaptures);
      const [one, last] = [own[0], own.at(-1)];
      expect((one?.frame.at ?? 0) - Date.parse(message.openedAt)).toBeLessThanOrEqual(1_500);
      expect(last?.shot.size).toBeGreaterThan(one?.shot.size ?? 1);
    }
    const [opened] = passages.map(({ message }) => (Date.parse(message.openedAt) - start) / 1000);
    expect(opened).toBeGreaterThanOrEqual(2);
    expect(opened).toBeLessThan(2.5);
  });

  it('is one passage for somebody who stands still for twenty seconds', async () => {
    const { passages } = await all(watch(() => film(32, 10, walker(2, 20))));
    expect(passages).toHaveLength(1);
    const { openedAt, closedAt } = passages[0]?.message ?? { openedAt: '', closedAt: '' };
    expect(Date.parse(closedAt) - Date.parse(openedAt)).toBeGreaterThan(22_000);
  });

  it('says that the camera ended, or that the agent was stopped', async () => {
    expect((await all(watch(cut))).passages[0]?.message.ended).toBe('camera-ended');
    const signal = AbortSignal.abort();
    expect((await all(watch(cut, { signal }))).passages[0]?.message.ended).toBe('stopped');
  });

  it('tells the end of the passage before it throws what the camera throws', async () => {
    const told: DoorEvent[] = [];
    const watching = (async () => {
      for await (const event of watch(failing)) told.push(event);
    })();
    await expect(watching).rejects.toThrow('the cable is out');
    expect(told.at(-1)?.kind).toBe('passage');
  });

  it('ends the passage when the camera falls silent, and goes on when it is back', async () => {
    const timer = new ManualTimer();
    async function* pausing() {
      yield* film(4, 10, walker(2));
      await Promise.resolve();
      // The reader waits for a frame by now, or does so before the next turn.
      await new Promise((resolve) => {
        setImmediate(() => {
          timer.advance(5_000);
          setImmediate(resolve);
        });
      });
      for await (const frame of film(8, 10, walker(2))) yield { ...frame, at: frame.at + 60_000 };
    }
    const { passages } = await all(watch(pausing, { timer }));
    expect(passages.map(({ message }) => message.ended)).toEqual(['camera-ended', 'quiet']);
  });

  it('goes on without a picture that does not decode', async () => {
    const events = watchDoor({
      camera: { frames: () => film(8, 10, walker(2)) },
      reader: { detail: async () => undefined },
      motion,
      passage,
      clockSynced: () => false,
      newId: monotonicFactory(),
      timer: new ManualTimer(),
    });
    const { captures, passages } = await all(events);
    expect(captures).toEqual([]);
    expect(passages[0]?.message).toMatchObject({ captures: [], clockSynced: false });
  });
});
