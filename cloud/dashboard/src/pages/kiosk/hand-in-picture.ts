import type { CaptureCreated, CaptureStatus } from '@rollcall/contract/sighting';
import { ApiProblem } from '../../api/api-problem.ts';
import type { Api } from '../../api/api.ts';

/** ms after which a picture without an answer counts as failed. */
const answerWithinMs = 15_000;

/** ms between looks for the answer. */
const lookEveryMs = 150;

/** ms between tries while the server is away, and how many there are: about 15 s, as long as somebody waits at a door. */
const retryAfterMs = 1_500;
const tries = 10;

/**
 * Hands in one picture and waits for who is on it; the same way that a phone takes. While the server is away it tries again,
 * and says so by `onRetry`. @throws ApiProblem when it was refused, or nothing was reached in the end.
 */
export async function handInPicture(api: Api, picture: Blob, onRetry: () => void): Promise<CaptureStatus> {
  const created = await persist(() => api.send<CaptureCreated>('POST', '/v1/captures', {}), onRetry);
  await persist(() => upload(created, picture), onRetry);
  const deadline = Date.now() + answerWithinMs;
  for (;;) {
    const capture = await persist(() => api.get<CaptureStatus>(`/v1/captures/${created.captureId}`), onRetry);
    if (capture.status !== 'pending') return capture;
    if (Date.now() > deadline) throw new ApiProblem('unavailable', 503, {});
    await wait(lookEveryMs);
  }
}

async function upload({ upload: { url, method, headers } }: CaptureCreated, picture: Blob): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, { method, headers, body: picture });
  } catch (cause) {
    throw new ApiProblem('offline', 0, {}, { cause });
  }
  // There is a picture already: the answer to an earlier try was lost.
  if (response.status === 412) return;
  if (!response.ok) throw new ApiProblem(response.status >= 500 ? 'unavailable' : 'internal', response.status, {});
}

async function persist<T>(attempt: () => Promise<T>, onRetry: () => void): Promise<T> {
  for (let n = 1; ; n += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ApiProblem) || !error.retryable || n === tries) throw error;
      onRetry();
      await wait(retryAfterMs);
    }
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
