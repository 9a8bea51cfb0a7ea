/** What the functions count, in the namespace `Rollcall` of CloudWatch, by deployment. `…Ms` are milliseconds, all else counts. */
export type MetricName =
  | 'Captures'
  | 'CapturesRecognized'
  /** From when a search was due, since a good picture came or a passage ended, to the end of recognition. */
  | 'RecognitionMs'
  /** Passages that ended, a picture that somebody handed in being one: what the cost per passage is divided by. */
  | 'Passages'
  /** Calls of Rekognition that cost money, to find who passes. */
  | 'FaceCalls'
  /** The same, for photos of people. */
  | 'EnrollmentCalls'
  | 'SightingsAccepted'
  | 'SightingsDoubtful'
  | 'SightingsUnknown'
  | 'SightingsUnusable'
  | 'SightingsSpoof'
  /** Heartbeats of devices whose camera gives no pictures, and of those whose pictures show no faces. */
  | 'CamerasAway'
  | 'PicturesDark'
  | 'PicturesCovered'
  | 'PicturesFrozen'
  | 'PicturesDefocused'
  /** For which a timer had no time in this run. */
  | 'OrganizationsOutOfTime'
  /** Of nobody whom the records know: see the log. */
  | 'MessagesDropped';

export const metricNamespace = 'Rollcall';

/**
 * Metrics as lines of the log, in CloudWatch's embedded metric format: no call, no client, nothing lost when the function is frozen.
 * Source: "Specification: Embedded metric format", CloudWatch user guide.
 */
export class Metrics {
  readonly #deployment: string;
  readonly #write: (line: string) => void;
  readonly #values = new Map<MetricName, number[]>();

  constructor(deployment: string, write: (line: string) => void) {
    this.#deployment = deployment;
    this.#write = write;
  }

  add(name: MetricName, value = 1): void {
    const values = this.#values.get(name) ?? [];
    values.push(value);
    this.#values.set(name, values);
  }

  /** Writes what was added since the last time. Run it at the end of each invocation. @param at ms since the epoch. */
  flush(at: number): void {
    if (this.#values.size === 0) return;
    const all = [...this.#values].map(([name, values]): [MetricName, number | number[]] => {
      // The format takes 100 values of one metric; a count loses nothing by being summed.
      return name.endsWith('Ms') ? [name, values.slice(0, 100)] : [name, values.reduce((a, b) => a + b, 0)];
    });
    const metrics = all.map(([Name]) => ({ Name, Unit: Name.endsWith('Ms') ? 'Milliseconds' : 'Count' }));
    const directive = { Namespace: metricNamespace, Dimensions: [['deployment']], Metrics: metrics };
    const metadata = { Timestamp: at, CloudWatchMetrics: [directive] };
    this.#write(`${JSON.stringify({ _aws: metadata, deployment: this.#deployment, ...Object.fromEntries(all) })}\n`);
    this.#values.clear();
  }
}
