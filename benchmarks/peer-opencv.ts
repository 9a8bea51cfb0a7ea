import { execFileSync } from 'node:child_process';
import type { AgentConfig } from '@rollcall/contract/agent-config';
import { z } from 'zod';
import { openCvPython } from './opencv-python.ts';
import { inClip, type PeerClip, type Watched } from './peer-clip.ts';

/** What a short program would do: MOG2 as it is by default on a small decode, and the plainest rule for passages. */
const script = `
import cv2, glob, json, sys, time, numpy as np
folder, fps, min_area, quiet = sys.argv[1], *map(float, sys.argv[2:5])
cv2.setNumThreads(1)
frames = [np.fromfile(f, dtype=np.uint8) for f in sorted(glob.glob(folder + '/f*.jpg'))]
def watch():
    mog2 = cv2.createBackgroundSubtractorMOG2()
    found, start, active = [], None, None
    for i, frame in enumerate(frames):
        at = i / fps
        mask = mog2.apply(cv2.imdecode(frame, cv2.IMREAD_REDUCED_GRAYSCALE_8))
        # Half gray is what it takes for a shadow.
        if np.count_nonzero(mask == 255) >= min_area * mask.size:
            start = at if start is None else start
            active = at
        elif start is not None and at - active >= quiet:
            found.append([start, active])
            start = None
    return found if start is None else found + [[start, active]]
found, times = watch(), []
for _ in range(3):
    before = time.process_time()
    watch()
    times.append((time.process_time() - before) / len(frames) * 1000)
print(json.dumps({'found': found, 'cpuMsPerFrame': sorted(times)[1]}))
`;

const Answer = z.object({ found: z.array(z.tuple([z.number(), z.number()])), cpuMsPerFrame: z.number() });

/** OpenCV’s MOG2 on a 1/8 gray decode, with the area and the quiet time that the agent has by default. */
export function watchWithOpenCv(
  clip: PeerClip,
  { minArea, quietMs }: Pick<AgentConfig['motion'], 'minArea'> & Pick<AgentConfig['passage'], 'quietMs'>,
): Watched | 'not installed' {
  const python = openCvPython();
  if (python === undefined) return 'not installed';
  const options = [clip.dir, clip.fps, minArea, quietMs / 1_000].map(String);
  const answer = execFileSync(python, ['-c', script, ...options], { encoding: 'utf8' });
  const { found, cpuMsPerFrame } = Answer.parse(JSON.parse(answer));
  return {
    found: inClip(
      found.map(([start, end]) => ({ start, end, captures: 0 })),
      clip,
    ),
    cpuMsPerFrame,
  };
}
