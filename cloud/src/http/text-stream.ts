/**
 * Text as a response body, made as it is read. The first part is made at once, so that a question that cannot be answered is refused
 * and not cut off; an error later breaks the connection, so that half an answer does not look whole.
 */
export async function textStream(parts: AsyncGenerator<string, void>): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder();
  let next = await parts.next();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (next.done) return controller.close();
      controller.enqueue(encoder.encode(next.value));
      next = await parts.next();
      return undefined;
    },
    async cancel() {
      await parts.return();
    },
  });
}
