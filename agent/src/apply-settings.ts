import { sameJson } from '@rollcall/kit/merge-patch';
import type { LeveledLog } from '@rollcall/kit/log';
import type { DiskOutbox } from './adapters/disk-outbox.ts';
import type { FaceGate } from './domain/face-gate.ts';
import type { Heartbeats } from './domain/heartbeats.ts';
import type { EventKeeper } from './domain/keep-event.ts';
import type { KeepWatching } from './domain/keep-watching.ts';
import type { Settings } from './domain/settings.ts';

/** What settings are put into effect on. */
export interface SettingsParts {
  readonly door: KeepWatching;
  readonly gate: FaceGate;
  readonly keeper: EventKeeper;
  readonly outbox: DiskOutbox;
  /** Once it is known who the device is. */
  readonly heartbeats: () => Heartbeats | undefined;
  readonly log: LeveledLog;
}

/** The settings in effect. Change them between passages alone: `motion` and `passage` count from the next frame on. */
export class SettingsInEffect {
  #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  get now(): Settings {
    return this.#settings;
  }

  /** Without a restart, all at once. The camera is opened anew if it is another one. */
  apply(settings: Settings, { door, gate, keeper, outbox, heartbeats, log }: SettingsParts): void {
    const before = this.#settings;
    // What the door compares by identity stays the same object, so that it need not look anew.
    const motion = sameJson(before.motion, settings.motion) ? before.motion : settings.motion;
    const passage = sameJson(before.passage, settings.passage) ? before.passage : settings.passage;
    this.#settings = { ...settings, motion, passage };
    log.setLevel(settings.logLevel);
    gate.set(settings.faceGate);
    keeper.crop = settings.crop;
    outbox.setLimits(settings.outbox);
    const beats = heartbeats();
    if (beats) beats.everyMs = settings.heartbeatMs;
    if (before.camera !== settings.camera) door.reopen();
  }
}
