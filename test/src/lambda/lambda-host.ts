import { pathToFileURL } from 'node:url';

/** What a test asks of the process that stands for a Lambda container. */
export interface Invocation {
  readonly id: number;
  readonly event: unknown;
  readonly remainingMs: number;
}

/** What became of it, as Lambda tells it: JSON. */
export type Outcome =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } };

/** Loads the bundle that it is started with, and answers invocations with it, one after the other, as Lambda's runtime does. */
const [bundle = ''] = process.argv.slice(2);
const { handler } = await import(pathToFileURL(bundle).href);

process.on('message', ({ id, event, remainingMs }: Invocation) => void answer(id, event, Date.now() + remainingMs));
process.send?.('ready');

async function answer(id: number, event: unknown, endsAt: number): Promise<void> {
  const context = { awsRequestId: `request-${id}`, getRemainingTimeInMillis: () => endsAt - Date.now() };
  let outcome: Outcome;
  try {
    outcome = { id, result: await handler(event, context) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    outcome = { id, error: { name, message } };
  }
  process.send?.(outcome);
}
