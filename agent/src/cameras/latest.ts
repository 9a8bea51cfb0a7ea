/**
 * Of what a source gives, only the latest: it is always read, and what its reader is too slow for is skipped, so that
 * no queue of old pictures builds up, here or in the program that makes them.
 * @param stop aborted to end it, and by its end: the source goes by it as well
 */
export async function* latestOf<T>(source: AsyncIterable<T>, stop: AbortController): AsyncGenerator<T, void> {
  let latest: { readonly value: T } | undefined;
  let over = false;
  let failure: { readonly cause: unknown } | undefined;
  let wake: (() => void) | undefined;

  async function pump(): Promise<void> {
    try {
      for await (const value of source) {
        if (stop.signal.aborted) break;
        latest = { value };
        wake?.();
      }
    } catch (cause) {
      failure = { cause };
    }
    over = true;
    wake?.();
  }

  const pumping = pump();
  try {
    for (;;) {
      if (latest) {
        const { value } = latest;
        latest = undefined;
        yield value;
      } else if (over) {
        if (failure) throw failure.cause;
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    // Also when its reader has had enough: then the source ends, too.
    stop.abort();
    await pumping;
  }
}
