import { setImmediate as turn } from 'node:timers/promises';
import { Denied, Unavailable } from '@rollcall/kit/app-error';
import { silentLog } from '@rollcall/kit/log';
import { ManualTimer } from '@rollcall/kit/timer';
import { beforeEach, expect, test } from 'vitest';
import { passageMessage } from '../../test/messages.ts';
import { frameAt, ScriptedCamera } from '../../test/scripted-camera.ts';
import type { Camera } from '../ports/camera.ts';
import type { DoorEvent } from './door-event.ts';
import { KeepWatching } from './keep-watching.ts';
import { pictureWords } from './picture-health.ts';

let timer: ManualTimer;
let opened: ScriptedCamera[];
let taken: DoorEvent[];

beforeEach(() => {
  timer = new ManualTimer();
  opened = [];
  taken = [];
});

const black = (second: number) => ({
  ...frameAt(second * 1_000),
  luma: { width: 160, height: 90, data: new Uint8Array(14_400) },
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

test('a camera that gives no frame for 20 s is opened anew, and its state says so until it gives one', async () => {
  const door = keep(() => new ScriptedCamera(opened.length === 0 ? [frameAt(1)] : [], 'hangs', timer));
  const running = door.run();
  await advance(19);
  expect(opened).toHaveLength(1);
  expect(door.status()).toMatchObject({ state: 'silent' });
  await advance(3);
  expect(opened).toHaveLength(2);
  expect(door.status()).toMatchObject({ state: 'silent', detail: 'no frame came for 20 s: the camera is opened anew' });
  await door.stop();
  await running;
});

test('a camera that never gave a frame is opened anew too', async () => {
  const door = keep(() => new ScriptedCamera([], 'hangs', timer));
  const running = door.run();
  await advance(300);
  expect(opened.length).toBeGreaterThan(5);
  expect(opened.length).toBeLessThan(15);
  await door.stop();
  await running;
});

test('a camera that comes back says nothing of its trouble any more', async () => {
  const door = keep(() =>
    opened.length === 0
      ? new ScriptedCamera([], new Unavailable('unplugged'))
      : new ScriptedCamera([frameAt(1)], 'hangs', timer),
  );
  const running = door.run();
  await advance(0.5);
  expect(door.status()).toMatchObject({ state: 'failed', detail: 'unplugged' });
  await advance(3);
  expect(opened).toHaveLength(2);
  expect(door.status().detail).toBeUndefined();
  await door.stop();
  await running;
});

test('a camera that refuses its password is asked seldom: it would lock the account', async () => {
  const door = keep(() => new ScriptedCamera([], new Denied('wrong password')));
  const running = door.run();
  await advance(120);
  expect(opened).toHaveLength(1);
  await advance(3_600 - 120);
  expect(opened.length).toBeGreaterThan(2);
  expect(opened.length).toBeLessThan(9);
  await door.stop();
  await running;
});

test('what is wrong with the picture is said beside the state', async () => {
  const door = keep(
    () =>
      new ScriptedCamera(
        Array.from({ length: 30 }, (_, i) => black(i)),
        'hangs',
        timer,
      ),
  );
  const running = door.run();
  await advance(0.5);
  for (const camera of opened) camera.state = 'ok';
  expect(door.status()).toMatchObject({ state: 'ok', picture: 'dark', detail: pictureWords.dark });
  await door.stop();
  await running;
});

test('a stop ends the camera and takes the end of the open passage', async () => {
  const door = keep(() => new ScriptedCamera([frameAt(1)], 'hangs', timer));
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

test('another camera is opened at once: from one that works, from one that is waited for, from one that is over', async () => {
  const cameras = [
    new ScriptedCamera([frameAt(1)], 'hangs'),
    new ScriptedCamera([], new Unavailable('away')),
    new ScriptedCamera([frameAt(2)], 'ends'),
    new ScriptedCamera([frameAt(3)], 'hangs'),
  ];
  const door = keep(() => cameras[opened.length] ?? new ScriptedCamera([], 'hangs'));
  const watched = door.runOn();
  for (const count of [1, 2, 3, 4]) {
    for (let turns = 0; turns < 20; turns++) await turn();
    expect(opened).toHaveLength(count);
    door.reopen();
  }
  expect(door.lastFrame?.at).toBe(3);
  await door.stop();
  await watched;
});
