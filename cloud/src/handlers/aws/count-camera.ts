import type { Heartbeat, PictureState } from '@rollcall/contract/heartbeat';
import type { MetricName, Metrics } from './metrics.ts';

const names: Record<Exclude<PictureState, 'ok'>, MetricName> = {
  dark: 'PicturesDark',
  covered: 'PicturesCovered',
  frozen: 'PicturesFrozen',
  defocused: 'PicturesDefocused',
};

/** Counts a heartbeat of a camera that is not well: about one a minute for as long as it is not. */
export function countCamera(metrics: Pick<Metrics, 'add'>, { state, picture }: Heartbeat['camera']): void {
  if (state === 'failed' || state === 'silent') metrics.add('CamerasAway');
  else if (picture !== undefined && picture !== 'ok') metrics.add(names[picture]);
}
