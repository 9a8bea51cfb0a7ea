import { InferenceSession, Tensor } from 'onnxruntime-node';

/** A loaded model: float32 in, float32 out. */
export class ModelSession {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  /** One thread per session: a worker uses one core, and there are as many workers as cores. */
  static async open(model: Uint8Array): Promise<ModelSession> {
    const session = await InferenceSession.create(model, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // Severity 3: errors only. The runtime otherwise prints its findings about the graph on standard error.
      logSeverityLevel: 3,
    });
    return new ModelSession(session);
  }

  /** Runs the model on its one input. @returns its outputs by name. */
  async run(input: Float32Array, shape: readonly number[]): Promise<(name: string) => Float32Array> {
    const [inputName = ''] = this.#session.inputNames;
    const outputs = await this.#session.run({ [inputName]: new Tensor('float32', input, shape) });
    return (name) => {
      const data = outputs[name]?.data;
      if (data instanceof Float32Array) return data;
      throw new Error(`model: expected float32 numbers called ${name}, got ${data?.constructor.name}`);
    };
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}
