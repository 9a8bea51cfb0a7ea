import { setImmediate as turn } from 'node:timers/promises';
import { Unavailable } from '@rollcall/kit/app-error';
import { silentLog } from '@rollcall/kit/log';
import { ManualTimer } from '@rollcall/kit/timer';
import { beforeEach, expect, test } from 'vitest';
import { passageMessage } from '../../test/messages.ts';
import { frameAt, ScriptedCamera } from '../../test/scripted-camera.ts';
import type { Camera } from '../ports/camera.ts';
import type { DoorEvent } from './door-event.ts';
import { KeepWatching } from './keep-watching.ts';

let timer: ManualTimer;
let opened: ScriptedCamera[];
let taken: DoorEvent[];

beforeEach(() => {
  timer = new ManualTimer();
  opened = [];
  taken = [];
});

/** A passage for each camera, told when it ends. */
async function* watch(camera: Pick<Camera, 'frames'>): AsyncGenerator<DoorEvent, void> {
  try {
    for await (const frame of camera.frames()) expect(frame.width).toBe(640);
  } finally {
    yield { kind: 'passage', message: passageMessage([]) };
  }
}

function keep(next: () => ScriptedCamera): KeepWatching {
  const open = () => {
    opened.push(next());
    return opened.at(-1) ?? next();
  };
  return new KeepWatching({ open, watch, take: async (event) => void taken.push(event), timer, log: silentLog });
}

async function advance(seconds: number): Promise<void> {
  for (let i = 0; i < seconds * 2; i++) {
    for (let turns = 0; turns < 5; turns++) await turn();
    timer.advance(500);
  }
}

test('a clip that is over is not played again', async () => {
  const door = keep(() => new ScriptedCamera([frameAt(1), frameAt(2)], 'ends'));
  await door.run();
  expect(opened).toHaveLength(1);
  expect(door.status().state).toBe('ended');
  expect(door.lastFrame?.at).toBe(2);
  expect(taken).toHaveLength(1);
});

test('a camera that fails is tried again, ever later, and its state says so', async () => {
  const door = keep(() => new ScriptedCamera([], new Unavailable('unplugged')));
  const running = door.run();
  await advance(60);
  expect(opened.length).toBeGreaterThan(3);
  expect(opened.length).toBeLessThan(10);
  expect(door.status()).toMatchObject({ state: 'failed', badFrames: 2 * opened.length });
  await door.stop();
  await running;
});

test('a camera that hangs is opened anew', async () => {
  const door = keep(() => new ScriptedCamera([frameAt(1)], 'hangs'));
  const running = door.run();
  await advance(20);
  expect(opened).toHaveLength(1);
  expect(door.status().state).toBe('silent');
  await advance(20);
  expect(opened).toHaveLength(2);
  await door.stop();
  await running;
});

test('a stop ends the camera and takes the end of the open passage', async () => {
  const door = keep(() => new ScriptedCamera([frameAt(1)], 'hangs'));
  const running = door.run();
  await advance(1);
  expect(taken).toEqual([]);
  await door.stop();
  await running;
  expect(taken).toHaveLength(1);
});

test('a bug is not retried', async () => {
  const door = keep(() => new ScriptedCamera([], new TypeError('a bug')));
  await expect(door.run()).rejects.toThrow('a bug');
});
