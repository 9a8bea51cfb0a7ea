import { setImmediate as turn } from 'node:timers/promises';
import { Heartbeat } from '@rollcall/contract/heartbeat';
import { Unavailable } from '@rollcall/kit/app-error';
import { ManualClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { ManualTimer } from '@rollcall/kit/timer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MemoryOutbox } from '../../test/memory-outbox.ts';
import { frameAt } from '../../test/scripted-camera.ts';
import type { CameraStatus } from '../ports/camera.ts';
import type { Frame } from '../ports/frame.ts';
import { Heartbeats } from './heartbeats.ts';

let timer: ManualTimer;
let sent: Heartbeat[];
let camera: CameraStatus;
let lastFrame: Frame | undefined;
let stillBytes: number;
let listener: (online: boolean) => void;
let publisher: { online: boolean; failWith?: Error };
let heartbeats: Heartbeats;

beforeEach(() => {
  timer = new ManualTimer();
  sent = [];
  camera = { state: 'starting', framesPerSecond: 0, width: 0, height: 0, badFrames: 0, waitedMs: 0 };
  lastFrame = undefined;
  stillBytes = 5_000;
  publisher = { online: true };
  heartbeats = new Heartbeats({
    publisher: {
      get online() {
        return publisher.online;
      },
      publish: async (_rule, payload) => {
        sent.push(Heartbeat.parse(JSON.parse(Buffer.from(payload).toString())));
        if (publisher.failWith) throw publisher.failWith;
      },
      onAck: () => {},
      onOnline: (listen) => {
        listener = listen;
      },
    },
    outbox: new MemoryOutbox(),
    encoder: { encode: async (_jpeg, { quality }) => new Uint8Array(Math.ceil((stillBytes * quality) / 70)) },
    clock: new ManualClock(),
    timer,
    log: silentLog,
    everyMs: 60_000,
    agentVersion: '1.2.3',
    clockSynced: () => false,
    camera: () => camera,
    lastFrame: () => lastFrame,
    counts: () => ({ passages: 3, captures: 4 }),
    residentBytes: () => 100,
  });
});

afterEach(() => heartbeats.stop());

async function advance(seconds: number): Promise<void> {
  for (let i = 0; i < seconds * 2; i++) {
    for (let turns = 0; turns < 5; turns++) await turn();
    timer.advance(500);
  }
  for (let turns = 0; turns < 5; turns++) await turn();
}

test('it beats at the start, then every so often', async () => {
  heartbeats.start();
  await advance(125);
  expect(sent).toHaveLength(3);
  expect(sent[0]).toMatchObject({ agentVersion: '1.2.3', clockSynced: false, passages: 3, captures: 4 });
});

test('a change of the camera is said within a second', async () => {
  heartbeats.start();
  await advance(10);
  camera = { ...camera, state: 'failed', detail: 'unplugged' };
  await advance(1);
  expect(sent.map((heartbeat) => heartbeat.camera.state)).toEqual(['starting', 'failed']);
  expect(sent[1]?.camera.detail).toBe('unplugged');
});

test('a change of the picture is said within a second, without how long a frame is waited for', async () => {
  camera = { ...camera, state: 'ok', picture: 'ok' };
  heartbeats.start();
  await advance(10);
  camera = { ...camera, picture: 'dark', detail: 'too dark' };
  await advance(1);
  expect(sent.map((heartbeat) => heartbeat.camera.picture)).toEqual(['ok', 'dark']);
});

test('offline nothing is sent or kept; online again it beats at once', async () => {
  publisher.online = false;
  heartbeats.start();
  await advance(300);
  expect(sent).toEqual([]);
  publisher.online = true;
  listener(true);
  await advance(1);
  expect(sent).toHaveLength(1);
});

test('a still goes along once a minute, and not when nothing new was seen', async () => {
  lastFrame = frameAt(1);
  heartbeats.start();
  await advance(61);
  lastFrame = frameAt(2);
  await advance(60);
  expect(sent.map((heartbeat) => Boolean(heartbeat.still))).toEqual([true, false, true]);
});

test('a still that is too large goes in lower quality, or not at all', async () => {
  lastFrame = frameAt(1);
  stillBytes = 30_000;
  heartbeats.start();
  await advance(1);
  expect(Buffer.from(sent[0]?.still ?? '', 'base64').length).toBe(21_429);
  stillBytes = 100_000;
  lastFrame = frameAt(2);
  await advance(61);
  expect(sent[1]?.still).toBeUndefined();
});

test('a heartbeat that fails changes nothing', async () => {
  publisher.failWith = new Unavailable('away');
  heartbeats.start();
  await advance(61);
  expect(sent).toHaveLength(2);
});
