import { availableParallelism } from 'node:os';
import type { AgentConfig } from '@rollcall/contract/agent-config';
import type { Log } from '@rollcall/kit/log';
import type { Timer } from '@rollcall/kit/timer';
import { parseCameraUri } from '../cameras/camera-uri.ts';
import { FaceGate } from '../domain/face-gate.ts';
import type { FaceFinder } from '../ports/face-finder.ts';

/** The face gate of an agent's door; not started. */
export function doorGate(
  config: Readonly<AgentConfig>,
  parts: { readonly finder: FaceFinder; readonly timer: Timer; readonly log: Log },
): FaceGate {
  const uri = parseCameraUri(config.camera);
  return new FaceGate({
    mode: config.faceGate,
    finder: parts.finder,
    cores: availableParallelism(),
    availableBytes: () => process.availableMemory(),
    timer: parts.timer,
    log: parts.log.child({ stage: 'faces' }),
    patient: 'speed' in uri && uri.speed === 'max',
  });
}
