import type { ConfigProblem } from '@rollcall/contract/device-config';
import { Misconfigured } from '@rollcall/kit/app-error';
import { parseCameraUri } from './camera-uri.ts';

/** What is wrong with a camera that was chosen from afar, in words without its password. */
export function cameraProblems(uri: string): readonly ConfigProblem[] {
  try {
    parseCameraUri(uri);
    return [];
  } catch (error) {
    if (!(error instanceof Misconfigured)) throw error;
    return [{ path: 'camera', message: error.message.slice(0, 200) }];
  }
}
