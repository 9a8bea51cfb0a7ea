import type { AgentConfig } from '@rollcall/contract/agent-config';
import { configProblems } from '@rollcall/contract/config-problems';
import { type ConfigProblem, DeviceConfig, ReportedConfig } from '@rollcall/contract/device-config';
import { AppError, InvalidInput } from '@rollcall/kit/app-error';
import { backoff } from '@rollcall/kit/backoff';
import type { Log } from '@rollcall/kit/log';
import { type JsonObject, patchBetween, sameJson } from '@rollcall/kit/merge-patch';
import type { Timer } from '@rollcall/kit/timer';
import type { ConfigFile, KeptConfig } from '../ports/config-file.ts';
import type { ConfigShadow } from '../ports/config-shadow.ts';
import { ConfigTrial, type TrialOutcome } from './config-trial.ts';
import { begun, inEffect, nothingKept, proven, tried, wentBack } from './kept-config.ts';
import { reportOf, tooLarge } from './report-config.ts';
import { contradictionsIn, type Settings, settingsOf } from './settings.ts';

export interface ConfigFollowerOptions {
  /** `agent.json`. */
  readonly local: Readonly<AgentConfig>;
  readonly file: ConfigFile;
  /** What is wrong with settings that only this device can tell, such as a camera that it does not know. */
  readonly check: (settings: Settings) => readonly ConfigProblem[];
  /** Resolves when they are in effect: at the end of a passage if one is open. */
  readonly apply: (settings: Settings) => Promise<void>;
  /** The last frame, if there was one: a camera that was chosen from afar must give a new one. And what is wrong with it. */
  readonly camera: () => { readonly frame: unknown; readonly detail?: string | undefined };
  readonly timer: Timer;
  readonly log: Log;
}

const retry = { firstMs: 2_000, maxMs: 300_000 };

/**
 * Follows what is wanted of the device: looks at it as a whole, keeps it on the disk, then applies it, then says so. What does not fit is
 * refused, and what does not work is taken back: the last good one stays in effect.
 */
export class ConfigFollower {
  readonly #options: ConfigFollowerOptions;
  #kept: KeptConfig;
  #trial: ConfigTrial | undefined;
  #outcome: TrialOutcome | undefined;
  #shadow: ConfigShadow | undefined;
  #running = false;
  #again = false;
  #stopped = false;
  #waits = backoff(retry);
  #cancelRetry = () => {};
  /** Refused last, so that it is logged once. */
  #refused: unknown;

  private constructor(options: ConfigFollowerOptions, kept: KeptConfig) {
    this.#options = options;
    this.#kept = kept;
  }

  /** Reads what was kept. */
  static async open(options: ConfigFollowerOptions): Promise<ConfigFollower> {
    const loaded = (await options.file.load()) ?? nothingKept;
    const follower = new ConfigFollower(options, loaded);
    if (follower.#problemsOf(inEffect(loaded)).length > 0) follower.#kept = nothingKept;
    const kept = begun(follower.#kept);
    if (kept === loaded) return follower;
    if (kept.failed) options.log.error('config-went-back', { problems: kept.failed.problems });
    // A disk that takes nothing does not keep the agent from its door.
    await follower.#save(kept).catch((err: unknown) => options.log.error('config-not-kept', { err }));
    follower.#kept = kept;
    return follower;
  }

  /** To begin with. */
  get settings(): Settings {
    return settingsOf(this.#options.local, inEffect(this.#kept));
  }

  /** When what `settings` said is in effect. */
  start(): void {
    if (this.#kept.trial) this.#beginTrial();
  }

  /** When it is known who the device is. */
  follow(shadow: ConfigShadow): void {
    this.#shadow = shadow;
    shadow.onChange(() => this.#wake());
    this.#wake();
  }

  /** May be called twice. */
  stop(): void {
    this.#stopped = true;
    this.#cancelRetry();
    this.#trial?.cancel();
  }

  /** After `stop`, when the agent ends because it was told to: that speaks against no settings. */
  async ended(): Promise<void> {
    const { trial } = this.#kept;
    if (!trial || trial.starts === 0) return;
    const kept = { ...this.#kept, trial: { ...trial, starts: 0 } };
    await this.#save(kept).catch((err: unknown) => this.#options.log.error('config-not-kept', { err }));
  }

  /** One look at a time; what happens meanwhile is looked at after it. */
  #wake(): void {
    this.#cancelRetry();
    this.#again = true;
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        await this.#endTrial();
        if (this.#shadow) await this.#look(this.#shadow);
        this.#waits = backoff(retry);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        this.#retry(error);
      }
    }
    this.#running = false;
  }

  #retry(error: AppError): void {
    const { timer, log } = this.#options;
    const waitMs = this.#waits.next().value ?? retry.maxMs;
    log[error.retryable ? 'info' : 'error']('config-not-read', { reason: error.message, waitMs });
    this.#cancelRetry();
    this.#cancelRetry = timer.after(waitMs, () => this.#wake());
  }

  async #look(shadow: ConfigShadow): Promise<void> {
    const document = await shadow.get();
    const desired = document?.desired ?? {};
    const read = DeviceConfig.safeParse(desired);
    const problems = read.success ? await this.#take(read.data) : configProblems(read.error);
    if (this.#stopped) return;
    if (problems.length > 0) this.#tellRefused(desired, problems);
    await this.#report(shadow, document?.reported, revisionOf(desired), problems);
  }

  /** @returns why it is not in effect. */
  async #take(config: DeviceConfig): Promise<readonly ConfigProblem[]> {
    const kept = this.#kept;
    if (kept.failed && sameJson(kept.failed.config, config)) return kept.failed.problems;
    if (sameJson(inEffect(kept), config)) return [];
    const problems = this.#problemsOf(config);
    if (problems.length > 0) return problems;
    this.#trial?.cancel();
    this.#outcome = undefined;
    try {
      await this.#save(tried(kept, config, sameJson(kept.good, config)));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (kept.trial) this.#beginTrial();
      return [{ path: '', message: error.message.slice(0, 200) }];
    }
    await this.#apply();
    return [];
  }

  #problemsOf(config: DeviceConfig): readonly ConfigProblem[] {
    const settings = settingsOf(this.#options.local, config);
    return [...tooLarge(config), ...contradictionsIn(settings), ...this.#options.check(settings)];
  }

  async #save(kept: KeptConfig): Promise<void> {
    await this.#options.file.save(kept);
    this.#kept = kept;
  }

  async #apply(): Promise<void> {
    const { apply, log } = this.#options;
    await apply(this.settings);
    if (this.#stopped) return;
    log.info('config-applied', { revision: inEffect(this.#kept).revision });
    if (this.#kept.trial) this.#beginTrial();
  }

  #beginTrial(): void {
    const { local, timer, camera } = this.#options;
    const before = settingsOf(local, this.#kept.good).camera;
    this.#trial = new ConfigTrial({
      isOtherCamera: this.settings.camera !== before,
      camera,
      timer,
      ended: (outcome) => {
        this.#outcome = outcome;
        this.#wake();
      },
    });
  }

  async #endTrial(): Promise<void> {
    const { log } = this.#options;
    const outcome = this.#outcome;
    this.#outcome = undefined;
    if (!outcome || !this.#kept.trial) return;
    const kept = outcome === 'proven' ? proven(this.#kept) : wentBack(this.#kept, outcome);
    // What cannot be written down counts all the same until the next start.
    await this.#save(kept).catch((err: unknown) => log.error('config-not-kept', { err }));
    this.#kept = kept;
    if (outcome === 'proven') return;
    log.error('config-went-back', { problems: [outcome] });
    await this.#apply();
  }

  #tellRefused(desired: JsonObject, problems: readonly ConfigProblem[]): void {
    if (sameJson(this.#refused, desired)) return;
    this.#refused = desired;
    this.#options.log.warn('config-refused', { problems });
  }

  async #report(
    shadow: ConfigShadow,
    said: JsonObject | undefined,
    revision: number,
    problems: readonly ConfigProblem[],
  ): Promise<void> {
    const [problem] = problems;
    try {
      await tell(shadow, said, reportOf(this.settings, inEffect(this.#kept), { revision, problems }));
    } catch (error) {
      if (!(error instanceof InvalidInput) || !problem) throw error;
      // What is wanted leaves no room beside it for more than what is wrong with it.
      await tell(shadow, said, { v: 1, revision, problems: [problem] });
    }
  }
}

async function tell(shadow: ConfigShadow, said: JsonObject | undefined, report: JsonObject): Promise<void> {
  const patch = patchBetween(said ?? {}, report);
  if (Object.keys(patch).length > 0) await shadow.report(patch);
}

function revisionOf(desired: JsonObject): number {
  const { revision } = desired;
  return ReportedConfig.shape.revision.catch(0).parse(revision);
}
