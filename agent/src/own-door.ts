import { systemClock } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import { monotonicFactory } from 'ulid';
import type { ClockSynced } from './adapters/clock-synced.ts';
import type { SettingsInEffect } from './apply-settings.ts';
import { openCamera } from './cameras/open-camera.ts';
import { sharpFrameReader } from './cameras/sharp-frame-reader.ts';
import type { DoorQuiet } from './domain/door-quiet.ts';
import type { FaceGate } from './domain/face-gate.ts';
import type { EventKeeper } from './domain/keep-event.ts';
import { KeepWatching } from './domain/keep-watching.ts';
import { watchDoor } from './domain/watch-door.ts';

const clock = systemClock;
const timer = systemTimer;

/** What it works with. */
export interface OwnDoorParts {
  readonly keeper: EventKeeper;
  readonly gate: FaceGate;
  readonly quiet: DoorQuiet;
  readonly clockSynced: ClockSynced;
  readonly log: Log;
}

/** What watches the door of this device, by what is in effect from one passage to the next. */
export function ownDoor(
  inEffect: SettingsInEffect,
  { keeper, gate, quiet, clockSynced, log }: OwnDoorParts,
): KeepWatching {
  const newId = monotonicFactory();
  return new KeepWatching({
    open: () => openCamera(inEffect.now.camera, { clock, timer, log: log.child({ stage: 'camera' }) }),
    watch: (source, signal) =>
      watchDoor({
        camera: source,
        reader: sharpFrameReader,
        gate,
        get motion() {
          return inEffect.now.motion;
        },
        get passage() {
          return inEffect.now.passage;
        },
        onPassage: (isOpen) => quiet.setBusy(isOpen),
        clockSynced: () => clockSynced.now,
        newId: () => newId(),
        timer,
        signal,
      }),
    take: (event) => keeper.keep(event),
    timer,
    log,
  });
}
