import type { AgentConfig } from '@rollcall/contract/agent-config';
import type { Log } from '@rollcall/kit/log';
import type { Timer } from '@rollcall/kit/timer';
import type { FaceFinder } from '../ports/face-finder.ts';

/** What a face gate is made of. */
export interface FaceGateOptions {
  readonly mode: AgentConfig['faceGate'];
  readonly finder: FaceFinder;
  /** Processor cores: with one alone, looking would take frames away. */
  readonly cores: number;
  /** Memory that this process may still take. */
  readonly availableBytes: () => number;
  readonly timer: Timer;
  readonly log: Log;
  /** Every frame is waited for: for clips that are played as fast as they go. @default false */
  readonly patient?: boolean;
}
