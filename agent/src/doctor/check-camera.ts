import { AppError } from '@rollcall/kit/app-error';
import { systemClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import { openCamera } from '../cameras/open-camera.ts';
import { PictureHealth, pictureWords } from '../domain/picture-health.ts';
import type { Frame } from '../ports/frame.ts';
import type { Finding } from './finding.ts';

/** For the first frame: a Pi camera takes two seconds, a network camera ten. */
const firstFrameMs = 20_000;
const lookMs = 6_000;
const enoughFramesPerSecond = 5;
const check = 'camera';

/** Watches for a few seconds. @returns what it is like, and the last frame. */
export async function checkCamera(uri: string): Promise<{ readonly finding: Finding; readonly frame?: Frame }> {
  const camera = openCamera(uri, { clock: systemClock, timer: systemTimer, log: silentLog });
  const frames: Frame[] = [];
  const cancel = systemTimer.after(firstFrameMs, () => void camera.stop());
  let since = 0;
  try {
    for await (const frame of camera.frames()) {
      frames.push(frame);
      since ||= systemTimer.now();
      if (systemTimer.now() - since >= lookMs) break;
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (frames.length === 0) return { finding: { check, verdict: 'problem', says: error.message } };
  } finally {
    cancel();
    await camera.stop();
  }
  const frame = frames.at(-1);
  if (!frame) {
    const says = `no picture came within ${firstFrameMs / 1_000} s`;
    return { finding: { check, verdict: 'problem', says, todo: 'check its cable, and what else uses it' } };
  }
  return { finding: judge(frames, frame, (systemTimer.now() - since) / 1_000), frame };
}

function judge(frames: readonly Frame[], { width, height }: Frame, seconds: number): Finding {
  const perSecond = frames.length / Math.max(seconds, 0.1);
  const says = `${width} × ${height}, ${perSecond.toFixed(1)} pictures/s`;
  const health = new PictureHealth();
  // As if they were a second apart: what is wrong for seconds now is told without waiting for a minute.
  for (const [second, { luma }] of frames.entries()) health.look(luma, second * 1_000);
  const { state } = health;
  if (state !== undefined && state !== 'ok')
    return { check, verdict: 'warning', says: `${says}; ${pictureWords[state]}` };
  if (perSecond >= enoughFramesPerSecond) return { check, verdict: 'ok', says };
  const todo = 'who walks by fast is seen in a picture or two: use a camera that gives 10 or more';
  return { check, verdict: 'warning', says, todo };
}
