/** Does one thing at a time; of what comes meanwhile the latest alone waits, and what it takes the place of is answered with `skipped`. */
export class LatestFirst<Task, Answer> {
  readonly #work: (task: Task) => Promise<Answer>;
  readonly #onSkipped: () => Answer;
  #busy = false;
  #waiting: { readonly task: Task; readonly resolve: (answer: Answer | Promise<Answer>) => void } | undefined;

  /** @param work must not reject */
  constructor(work: (task: Task) => Promise<Answer>, onSkipped: () => Answer) {
    this.#work = work;
    this.#onSkipped = onSkipped;
  }

  ask(task: Task): Promise<Answer> {
    if (!this.#busy) return this.#run(task);
    this.#waiting?.resolve(this.#onSkipped());
    return new Promise((resolve) => {
      this.#waiting = { task, resolve };
    });
  }

  async #run(task: Task): Promise<Answer> {
    this.#busy = true;
    const answer = await this.#work(task);
    this.#busy = false;
    const next = this.#waiting;
    this.#waiting = undefined;
    // A promise that is resolved with another follows it.
    next?.resolve(this.#run(next.task));
    return answer;
  }
}
