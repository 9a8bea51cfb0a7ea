import type { ConfigProblem } from '@rollcall/contract/device-config';
import type { Timer } from '@rollcall/kit/timer';

export interface ConfigTrialOptions {
  /** Whether the camera is another one than before: only then does a door without frames speak against the settings. */
  readonly isOtherCamera: boolean;
  readonly camera: () => { readonly frame: unknown; readonly detail?: string | undefined };
  readonly timer: Timer;
  readonly ended: (outcome: TrialOutcome) => void;
}

/** That they work, or why not. */
export type TrialOutcome = 'proven' | ConfigProblem;

/** Whatever ends the agent by its settings does so sooner. */
const steadyMs = 30_000;
/** A camera takes its time: it is found, asked for its login, opened anew a few times. */
const cameraMs = 180_000;
const lookEveryMs = 1_000;

/** Watches whether settings work: that the agent runs on with them, and that a camera that is new gives frames. */
export class ConfigTrial {
  readonly #options: ConfigTrialOptions;
  readonly #startedAt: number;
  /** Of the camera before. */
  readonly #frame: unknown;
  #cancel = () => {};

  constructor(options: ConfigTrialOptions) {
    this.#options = options;
    this.#startedAt = options.timer.now();
    this.#frame = options.camera().frame;
    this.#wait();
  }

  cancel(): void {
    this.#cancel();
  }

  #wait(): void {
    this.#cancel = this.#options.timer.after(lookEveryMs, () => this.#look());
  }

  #look(): void {
    const { isOtherCamera, camera, timer, ended } = this.#options;
    const { frame, detail } = camera();
    const ranMs = timer.now() - this.#startedAt;
    const sees = !isOtherCamera || frame !== this.#frame;
    if (sees && ranMs >= steadyMs) return ended('proven');
    if (sees || ranMs < cameraMs) return this.#wait();
    const words = `it gave no frame for ${cameraMs / 1000} s, so the camera before is used again`;
    ended({ path: 'camera', message: (detail === undefined ? words : `${words} (${detail})`).slice(0, 200) });
  }
}
