import { join } from 'node:path';
import { openCamera } from '@rollcall/agent/cameras/open-camera';
import { sharpFrameReader } from '@rollcall/agent/cameras/sharp-frame-reader';
import type { DoorEvent } from '@rollcall/agent/domain/door-event';
import { FaceGate } from '@rollcall/agent/domain/face-gate';
import { watchDoor } from '@rollcall/agent/domain/watch-door';
import { WorkerFaceFinder } from '@rollcall/agent/faces/worker-face-finder';
import type { Frame } from '@rollcall/agent/ports/frame';
import { AgentConfig } from '@rollcall/contract/agent-config';
import { systemClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import { ulid } from 'ulid';

/** A face gate that looks at each frame that the door asks about, however fast the clip goes; started. */
export async function patientGate(folder: string): Promise<FaceGate> {
  const finder = new WorkerFaceFinder({ cacheDir: join(folder, 'models'), log: silentLog });
  await finder.start();
  const gate = new FaceGate({
    mode: 'on',
    finder,
    cores: 2,
    availableBytes: () => Number.POSITIVE_INFINITY,
    timer: systemTimer,
    log: silentLog,
    patient: true,
  });
  gate.start();
  return gate;
}

export interface WatchOptions {
  readonly gate?: FaceGate | undefined;
  /** @default as configured */
  readonly maxCaptures?: number;
  readonly onFrame?: (frame: Frame) => void;
}

/** What the agent as it is by default tells of a clip, each frame, as fast as it goes; with a face gate or without. */
export function watchClip(clip: string, options: WatchOptions = {}): AsyncGenerator<DoorEvent, void> {
  return watchCamera(`video:${clip}?speed=max`, options);
}

/** The same of any camera. */
export function watchCamera(uri: string, options: WatchOptions = {}): AsyncGenerator<DoorEvent, void> {
  const camera = openCamera(uri, { clock: systemClock, timer: systemTimer, log: silentLog });
  const { motion, passage } = AgentConfig.parse({ org: 'main', camera: uri, mqtt: { host: 'none' } });
  const { gate, maxCaptures = passage.maxCaptures, onFrame = () => {} } = options;
  async function* frames() {
    for await (const frame of camera.frames()) {
      onFrame(frame);
      yield frame;
    }
  }
  return watchDoor({
    camera: { frames },
    reader: sharpFrameReader,
    ...(gate && { gate }),
    motion,
    passage: { ...passage, maxCaptures },
    clockSynced: () => true,
    newId: ulid,
    timer: systemTimer,
  });
}
