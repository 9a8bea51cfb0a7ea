import { InvalidInput, Unavailable } from '@rollcall/kit/app-error';
import { silentLog } from '@rollcall/kit/log';
import { ManualTimer } from '@rollcall/kit/timer';
import { beforeEach, describe, expect, it } from 'vitest';
import { foundFace, ScriptedFaceFinder } from '../../test/scripted-face-finder.ts';
import type { Frame } from '../ports/frame.ts';
import { FaceGate } from './face-gate.ts';
import type { FaceGateOptions } from './face-gate-options.ts';

const region = { x: 500, y: 100, width: 300, height: 600 };
let finder: ScriptedFaceFinder;
let timer: ManualTimer;

beforeEach(() => {
  finder = new ScriptedFaceFinder();
  timer = new ManualTimer();
});

function gateOf(changes: Partial<FaceGateOptions> = {}): FaceGate {
  return new FaceGate({
    mode: 'auto',
    finder,
    cores: 4,
    availableBytes: () => 1e9,
    timer,
    log: silentLog,
    ...changes,
  });
}

function frame(at = 0): Frame {
  return {
    at,
    image: Uint8Array.of(at),
    width: 1280,
    height: 720,
    luma: { width: 1, height: 1, data: new Uint8Array(1) },
  };
}

/** Until what was begun came as far as it can. */
async function settled(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

/** Looks take so long. */
function takes(ms: number): void {
  finder.answer = async () => {
    timer.advance(ms);
    return [];
  };
}

/** Sees frames for as long as it wants to measure by them. */
async function measuredOften(gate: FaceGate): Promise<void> {
  for (let i = 0; i < 6; i++) {
    void gate.see(frame());
    await settled();
    timer.advance(1_000);
  }
}

async function started(mode: FaceGateOptions['mode'] = 'on'): Promise<FaceGate> {
  const gate = gateOf({ mode });
  gate.start();
  await settled();
  return gate;
}

describe('a face gate at its start', () => {
  it.each([
    [40, 'on', undefined],
    [250, 'on', undefined],
    [251, 'off', 'a look at a frame of 1280 × 720 takes 251 ms here, more than 250'],
  ])('that measures %i ms for a look is %s', async (ms, state, detail) => {
    takes(ms);
    const gate = await started('auto');
    expect(gate.health()).toMatchObject({ state: 'measuring' });
    await measuredOften(gate);
    expect(gate.health()).toMatchObject({ state, lookMs: ms });
    // Models are loaded only while they are of use.
    expect(finder.isReady).toBe(state === 'on');
    expect(gate.health().detail).toBe(detail);
  });

  it('measures again later when it was too slow: a machine that has just started is', async () => {
    takes(600);
    const gate = await started('auto');
    await measuredOften(gate);
    expect(gate.health()).toMatchObject({ state: 'off' });
    takes(50);
    timer.advance(60_000);
    await settled();
    void gate.see(frame());
    await settled();
    expect(gate.health()).toMatchObject({ state: 'on' });
    expect(gate.health().detail).toBeUndefined();
  });

  it('is on after a busy moment, without putting its models away', async () => {
    takes(2_000);
    const gate = await started('auto');
    void gate.see(frame());
    await settled();
    expect(gate.health()).toMatchObject({ state: 'measuring' });
    takes(50);
    timer.advance(1_000);
    void gate.see(frame());
    await settled();
    expect(gate.health()).toMatchObject({ state: 'on', lookMs: 50 });
    expect([finder.starts, finder.stops]).toEqual([1, 0]);
  });

  it('goes by the quickest of its looks: the others waited for something else', async () => {
    let look = 0;
    finder.answer = async () => {
      timer.advance(look++ === 5 ? 90 : 900);
      return [];
    };
    const gate = await started('auto');
    void gate.see(frame());
    await settled();
    expect(gate.health()).toMatchObject({ state: 'on', lookMs: 90 });
  });

  it.each([
    [40, 'seen'],
    [400, 'open'],
  ])('has shots wait until it is measured: with %i ms for a look they are %s', async (ms, kind) => {
    takes(ms);
    const gate = await started('auto');
    const looks = [1, 2, 3].map(async (at) => gate.look(frame(at), region));
    await measuredOften(gate);
    for (const look of await Promise.all(looks)) expect(look).toMatchObject({ kind });
  });

  it('has shots wait for ten seconds at most', async () => {
    finder.starting = () => new Promise(() => {});
    const gate = await started('auto');
    const look = gate.look(frame(), region);
    timer.advance(10_000);
    expect(await look).toMatchObject({ kind: 'open' });
    expect(gate.look(frame(), region)).toBeUndefined();
  });

  it('lets shots that wait pass when it is turned off', async () => {
    const gate = await started('auto');
    const look = gate.look(frame(), region);
    gate.set('off');
    expect(await look).toMatchObject({ kind: 'open' });
  });

  it('lets pass and measures again later when nothing answers while it is measured', async () => {
    finder.answer = () => Promise.reject(new Unavailable('no answer'));
    const gate = await started('auto');
    void gate.see(frame());
    await settled();
    expect(gate.health()).toMatchObject({ state: 'open', detail: 'no answer' });
    finder.answer = async () => [];
    expect(await gate.look(frame(), region)).toMatchObject({ kind: 'open' });
    timer.advance(60_000);
    await settled();
    void gate.see(frame());
    await settled();
    expect(gate.health()).toMatchObject({ state: 'on' });
  });

  it('keeps the first frame waiting until it is measured, when it is patient', async () => {
    const gate = gateOf({ patient: true });
    gate.start();
    await gate.see(frame());
    expect(gate.health()).toMatchObject({ state: 'on' });
  });

  it('is off where there is one core, or no memory, and says so', async () => {
    const one = gateOf({ cores: 1 });
    const full = gateOf({ availableBytes: () => 100e6 });
    for (const gate of [one, full]) gate.start();
    await settled();
    expect(one.health()).toMatchObject({ state: 'off', detail: expect.stringMatching(/one processor core/) });
    expect(full.health()).toMatchObject({ state: 'off', detail: expect.stringMatching(/250 MB.*got 100/) });
    expect(finder.starts).toBe(0);
  });

  it('is on without measuring when it is told to be, even with one core', async () => {
    const gate = gateOf({ mode: 'on', cores: 1 });
    gate.start();
    await settled();
    expect(gate.health()).toMatchObject({ state: 'on' });
  });

  it('loads nothing when it is off', async () => {
    const gate = await started('off');
    expect(gate.look(frame(), region)).toBeUndefined();
    expect([finder.starts, gate.health().state]).toEqual([0, 'off']);
  });

  it('lets everything pass when it cannot start, and tries again, ever later', async () => {
    finder.starting = () => Promise.reject(new Unavailable('no models here'));
    const gate = await started('auto');
    expect(gate.health()).toMatchObject({ state: 'open', detail: 'no models here' });
    expect(await gate.look(frame(), region)).toMatchObject({ kind: 'open' });
    for (let i = 0; i < 3; i++) {
      timer.advance(60_000);
      await settled();
    }
    expect(finder.starts).toBeGreaterThan(1);
    finder.starting = async () => {};
    timer.advance(600_000);
    await settled();
    void gate.see(frame());
    await settled();
    expect(gate.health()).toMatchObject({ state: 'on' });
  });

  it('follows a change of its mode, and forgets what an earlier start finds out', async () => {
    const gate = await started('auto');
    const slow = Promise.withResolvers<[]>();
    finder.answer = () => slow.promise;
    void gate.see(frame());
    gate.set('off');
    slow.resolve([]);
    await settled();
    expect(gate.health().state).toBe('off');
    expect(finder.isReady).toBe(false);
    finder.answer = async () => [];
    gate.set('on');
    await settled();
    expect(gate.health().state).toBe('on');
  });
});

describe('a face gate that is on', () => {
  it('tells what it sees around what moved', async () => {
    const gate = await started();
    finder.answer = async () => [foundFace(80), foundFace(80, { confidence: 20 })];
    expect(await gate.look(frame(), region)).toMatchObject({ kind: 'seen', faces: [{ usable: true }] });
    const { within } = finder.asked[0]?.options ?? {};
    expect(within?.y).toBe(0);
    expect(within?.x).toBeLessThan(region.x);
    expect(gate.health()).toMatchObject({ looks: 1, skipped: 0, failed: 0 });
  });

  it('looks at one frame at a time, and of those that wait at the latest', async () => {
    const gate = await started();
    const first = Promise.withResolvers<[]>();
    finder.answer = () => first.promise;
    const looks = [1, 2, 3, 4].map(async (at) => gate.look(frame(at), region));
    expect(finder.asked).toHaveLength(1);
    first.resolve([]);
    const seen = { kind: 'seen', faces: [] };
    expect(await Promise.all(looks)).toEqual([seen, { kind: 'skipped' }, { kind: 'skipped' }, seen]);
    expect(finder.asked.map(({ image }) => image[0])).toEqual([1, 4]);
    expect(gate.health()).toMatchObject({ looks: 2, skipped: 2 });
  });

  it('opens while it does not answer, and closes when it does again', async () => {
    const gate = await started();
    finder.answer = () => Promise.reject(new Unavailable('no answer within 2000 ms'));
    expect(await gate.look(frame(), region)).toMatchObject({ kind: 'open' });
    expect(gate.health()).toMatchObject({ state: 'open', detail: 'no answer within 2000 ms', failed: 1 });
    finder.isReady = false;
    expect(await gate.look(frame(), region)).toMatchObject({ kind: 'open' });
    finder.isReady = true;
    finder.answer = async () => [];
    expect(await gate.look(frame(), region)).toEqual({ kind: 'seen', faces: [] });
    expect(gate.health()).toMatchObject({ state: 'on', failed: 2 });
    expect(gate.health().detail).toBeUndefined();
  });

  it('turns itself off when the machine has come to be too slow, unless it was told to be on', async () => {
    takes(50);
    const gate = await started('auto');
    void gate.see(frame());
    await settled();
    takes(3_000);
    for (let i = 0; i < 3; i++) await gate.look(frame(), region);
    expect(gate.health()).toMatchObject({ state: 'off', detail: expect.stringMatching(/came to take/) });
    gate.set('on');
    await settled();
    for (let i = 0; i < 3; i++) await gate.look(frame(), region);
    expect(gate.health()).toMatchObject({ state: 'on' });
  });

  it('passes over a frame that does not decode', async () => {
    const gate = await started();
    finder.answer = () => Promise.reject(new InvalidInput('no JPEG'));
    expect(await gate.look(frame(), region)).toEqual({ kind: 'skipped' });
    expect(gate.health().state).toBe('on');
  });

  it('may be stopped twice', async () => {
    const gate = await started();
    await gate.stop();
    await gate.stop();
    expect(gate.look(frame(), region)).toBeUndefined();
    expect(finder.isReady).toBe(false);
  });
});
