import { watchCamera } from './gated-clip.ts';
import type { Found } from './passage-score.ts';

/** Runs the agent's eyes over a recorded camera, each frame, as fast as it goes. */
export async function findPassages(camera: string): Promise<Found[]> {
  let start: number | undefined;
  const onFrame = ({ at }: { at: number }) => void (start ??= at);
  const found: Found[] = [];
  const seconds = (instant: string) => (Date.parse(instant) - (start ?? 0)) / 1000;
  for await (const event of watchCamera(camera, { onFrame })) {
    if (event.kind !== 'passage') continue;
    const { openedAt, closedAt, captures } = event.message;
    found.push({ start: seconds(openedAt), end: seconds(closedAt), captures: captures.length });
  }
  return found;
}
