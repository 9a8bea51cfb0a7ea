import { PassageMessage } from '@rollcall/contract/capture';
import { AgentConfig } from '@rollcall/contract/agent-config';
import { Unavailable } from '@rollcall/kit/app-error';
import { silentLog } from '@rollcall/kit/log';
import { ManualTimer } from '@rollcall/kit/timer';
import { monotonicFactory } from 'ulid';
import { describe, expect, it } from 'vitest';
import { type DrawnPerson, drawDoor } from '../../test/drawn-door.ts';
import { foundFace, ScriptedFaceFinder } from '../../test/scripted-face-finder.ts';
import type { Frame } from '../ports/frame.ts';
import type { DoorCapture, DoorEvent, DoorPassage } from './door-event.ts';
import { FaceGate } from './face-gate.ts';
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

function watch(
  frames: () => AsyncIterable<Frame>,
  more: { signal?: AbortSignal; timer?: ManualTimer; gate?: FaceGate } = {},
) {
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

/** Somebody walks through once. */
function walk(): AsyncIterable<Frame> {
  return film(9, 10, walker(2));
}

/** Faces by the seconds since the start, of so many pixels. */
function seen(faces: (seconds: number) => number[]): ScriptedFaceFinder['answer'] {
  return async (image) => faces((image[0] ?? 0) / 10).map((width) => foundFace(width));
}

/** Sees nobody for four seconds, and then nothing more. */
async function dies(image: Uint8Array): Promise<[]> {
  if ((image[0] ?? 0) < 40) return [];
  throw new Unavailable('the thread died');
}

/** Frames that say when they were taken. */
async function* timed(frames: AsyncIterable<Frame>): AsyncGenerator<Frame> {
  for await (const frame of frames) yield { ...frame, image: Uint8Array.of((frame.at - start) / 100) };
}

describe('watching a door with a face gate', () => {
  const finder = new ScriptedFaceFinder();

  async function gate(answer: ScriptedFaceFinder['answer'], timer = new ManualTimer()): Promise<FaceGate> {
    finder.answer = answer;
    const options = { mode: 'on' as const, finder, cores: 2, availableBytes: () => 1e9, timer, log: silentLog };
    const made = new FaceGate(options);
    made.start();
    await Promise.resolve();
    return made;
  }

  it('tells of a passage without a face, and captures nothing', async () => {
    const { captures, passages } = await all(watch(() => timed(walk()), { gate: await gate(seen(() => [])) }));
    expect(captures).toEqual([]);
    expect(passages).toHaveLength(1);
    expect(PassageMessage.parse(passages[0]?.message).captures).toEqual([]);
  });

  it('captures who comes nearer once, when the face is large enough for anything', async () => {
    const faces = seen((seconds) => (seconds < 3 || seconds > 5 ? [] : [40 + (seconds - 3) * 30]));
    const { captures } = await all(watch(() => timed(walk()), { gate: await gate(faces) }));
    expect(captures).toHaveLength(1);
    // As well recognized at 64 pixels as at 104: docs/recognition.md.
    expect(captures[0]?.faces?.[0]?.box.width).toBeGreaterThan(64);
  });

  it('captures a face that is too small once, at the end, and only when there was no better', async () => {
    const far = await all(watch(() => timed(walk()), { gate: await gate(seen(() => [24])) }));
    expect(far.captures).toMatchObject([{ faces: [{ usable: false }] }]);
    expect(far.passages[0]?.message.captures).toHaveLength(1);
    const near = await gate(seen((seconds) => [seconds > 5 ? 60 : 24]));
    expect((await all(watch(() => timed(walk()), { gate: near }))).captures).toMatchObject([
      { faces: [{ usable: true }] },
    ]);
  });

  it('captures as without it when it breaks in the middle of a passage', async () => {
    const { captures } = await all(watch(() => timed(walk()), { gate: await gate(dies) }));
    expect(captures.length).toBeGreaterThan(0);
    expect(captures[0]?.faces).toBeUndefined();
  });

  it('does not wait for ever at the end of a passage, and lets pass what nobody answered', async () => {
    const timer = new ManualTimer();
    const never = await gate(() => new Promise(() => {}), timer);
    const events = all(watch(() => timed(walk()), { gate: never, timer }));
    const isOver = async () => {
      timer.advance(100);
      return Promise.race([events.then(() => true), new Promise((resolve) => setImmediate(resolve, false))]);
    };
    await expect.poll(isOver, { interval: 1 }).toBe(true);
    const { captures, passages } = await events;
    expect(passages).toHaveLength(1);
    expect(captures).toHaveLength(1);
  });
});
