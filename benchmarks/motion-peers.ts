import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clipFps, type MotionClip } from './motion-clip.ts';
import { openCvPython } from './opencv-python.ts';
import { usageOf } from './process-usage.ts';

/** CPU ms per frame, or why there is none. */
export type Measured = number | 'not installed' | 'failed';

export interface PeerResults {
  readonly decode: Measured;
  readonly decodeAndMog2: Measured;
  readonly motion: Measured;
  readonly ffmpegLuma: Measured;
}

/** What others need for the same frames. Each on one core, measured by its own CPU time. */
export async function measurePeers(clip: MotionClip): Promise<PeerResults> {
  const [decode, decodeAndMog2] = openCv(clip);
  return { decode, decodeAndMog2, motion: await motionDaemon(clip), ffmpegLuma: ffmpegLuma(clip) };
}

const openCvScript = `
import cv2, glob, sys, time, numpy as np
cv2.setNumThreads(1)
frames = [np.fromfile(f, dtype=np.uint8) for f in sorted(glob.glob(sys.argv[1] + '/f*.jpg'))]
mog2 = cv2.createBackgroundSubtractorMOG2()
decode = lambda f: cv2.imdecode(f, cv2.IMREAD_REDUCED_GRAYSCALE_8)
def best(work):
    times = []
    for _ in range(6):
        start = time.process_time()
        for f in frames: work(f)
        times.append((time.process_time() - start) / len(frames) * 1000)
    return sorted(times)[len(times) // 2]
print(best(decode), best(lambda f: mog2.apply(decode(f))))
`;

/** Through Python; its own cost is one call per frame. */
function openCv(clip: MotionClip): [Measured, Measured] {
  const python = openCvPython();
  if (python === undefined) return ['not installed', 'not installed'];
  const out = execFileSync(python, ['-c', openCvScript, clip.dir], { encoding: 'utf8' });
  const [decode = 'failed' as const, both = 'failed' as const] = out.trim().split(' ').map(Number);
  return [decode, both];
}

/** Motion plays the clip at its own pace; its CPU time over some seconds, once it has settled. */
async function motionDaemon(clip: MotionClip): Promise<Measured> {
  const config = join(clip.dir, 'motion.conf');
  const settings = {
    daemon: 'off',
    netcam_url: `file://${clip.video}`,
    width: 1280,
    height: 720,
    framerate: clipFps,
    picture_output: 'off',
    movie_output: 'off',
    stream_port: 0,
    webcontrol_port: 0,
    target_dir: clip.dir,
  };
  writeFileSync(
    config,
    Object.entries(settings)
      .map(([key, value]) => `${key} ${value}\n`)
      .join(''),
  );
  const child = spawn('motion', ['-n', '-c', config], { stdio: 'ignore' });
  let missing = false;
  child.on('error', () => {
    missing = true;
  });
  try {
    await sleep(4_000);
    if (missing) return 'not installed';
    const cpuMs = () => usageOf(child.pid)?.cpuMs ?? 0;
    const before = cpuMs();
    const start = performance.now();
    await sleep(10_000);
    const used = cpuMs() - before;
    return used > 0 ? used / ((performance.now() - start) * (clipFps / 1000)) : 'failed';
  } finally {
    child.kill('SIGKILL');
  }
}

/** What a second, small, gray output costs in ffmpeg: the way in which a camera program would give the luma itself. */
function ffmpegLuma(clip: MotionClip): Measured {
  const encode = ['-an', '-c:v', 'mjpeg', '-threads', '1', '-huffman', 'default', '-q:v', '3'];
  const jpeg = [...encode, '-f', 'mjpeg', '-y', '/dev/null'];
  const split = 'split[a][b];[b]scale=160:90:flags=area,format=gray[l]';
  const both = ['-filter_complex', split, '-map', '[a]', ...jpeg, '-map', '[l]', '-f', 'rawvideo', '-y', '/dev/null'];
  try {
    const extra = [1, 2, 3, 4, 5].map(() => ffmpegCpuMs(clip, both) - ffmpegCpuMs(clip, jpeg));
    return Math.max(0, extra.sort((a, b) => a - b)[2] ?? 0) / (clip.frames.length * 4);
  } catch {
    return 'failed';
  }
}

/** ffmpeg tells its own CPU time at the end: `bench: utime=1.234s stime=0.056s rtime=…`. */
function ffmpegCpuMs(clip: MotionClip, options: readonly string[]): number {
  const { stderr } = spawnSync(
    'ffmpeg',
    ['-nostdin', '-benchmark', '-v', 'info', '-threads', '1', '-i', clip.video, ...options],
    { encoding: 'utf8' },
  );
  const times = /utime=([\d.]+)s stime=([\d.]+)s/.exec(stderr);
  if (!times) throw new Error('ffmpeg told no times');
  return (Number(times[1]) + Number(times[2])) * 1000;
}
