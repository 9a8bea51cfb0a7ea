import { AgentConfig } from '@rollcall/contract/agent-config';
import { ManualTimer } from '@rollcall/kit/timer';
import { monotonicFactory } from 'ulid';
import { expect, it } from 'vitest';
import { type DrawnPerson, drawDoor } from '../../test/drawn-door.ts';
import type { Frame } from '../ports/frame.ts';
import type { DoorPassage } from './door-event.ts';
import { watchDoor } from './watch-door.ts';

const local = AgentConfig.parse({ org: 'main', camera: 'video:x', mqtt: { host: 'x' } });
const start = Date.parse('2026-01-05T08:00:00Z');

/** Two people, one after the other; each is there for four seconds, five seconds after the start and after 20. */
function somebodyAt(seconds: number): DrawnPerson[] {
  const since = [5, 20].map((from) => seconds - from).find((passed) => passed >= 0 && passed <= 4);
  if (since === undefined) return [];
  const size = 0.2 + since * 0.1;
  return [{ x: 0.1 + since * 0.15, y: 0.95 - size, width: size * 0.3, height: size }];
}

/** Passages of half a minute, when the settings are changed at that second. */
async function passagesWith(changeAt: number, change: Partial<AgentConfig['motion']>) {
  let { motion } = local;
  const changed = { ...local.motion, ...change };
  const told: { at: number; isOpen: boolean }[] = [];
  let second = 0;
  async function* frames(): AsyncGenerator<Frame> {
    for (let i = 0; i < 300; i++) {
      second = i / 10;
      if (second === changeAt) motion = changed;
      const luma = drawDoor({ people: somebodyAt(second), seed: 1 + i });
      yield { at: start + second * 1_000, image: new Uint8Array([1]), width: 1280, height: 720, luma };
    }
  }
  const passages: DoorPassage[] = [];
  const events = watchDoor({
    camera: { frames },
    reader: { detail: async (frame) => frame.luma },
    get motion() {
      return motion;
    },
    passage: local.passage,
    onPassage: (isOpen) => told.push({ at: second, isOpen }),
    clockSynced: () => true,
    newId: monotonicFactory(),
    timer: new ManualTimer(),
  });
  for await (const event of events) if (event.kind === 'passage') passages.push(event);
  return { passages, told };
}

const blind = {
  masks: [
    [[0, 0] as [number, number], [1, 0] as [number, number], [1, 1] as [number, number], [0, 1] as [number, number]],
  ],
};

it('settings that change while nobody is there count for who comes next', async () => {
  expect((await passagesWith(0, {})).passages).toHaveLength(2);
  expect((await passagesWith(15, blind)).passages).toHaveLength(1);
  expect((await passagesWith(2, { minArea: 0.4 })).passages).toHaveLength(0);
});

it('settings that change in the middle of a passage leave it as it is', async () => {
  const { passages, told } = await passagesWith(7, blind);
  expect(passages.map(({ message }) => message.ended)).toEqual(['quiet']);
  expect(told.map(({ isOpen }) => isOpen)).toEqual([true, false]);
  expect(told[1]?.at).toBeGreaterThan(9);
});
