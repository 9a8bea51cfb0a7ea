import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { AgentConfig } from '@rollcall/contract/agent-config';
import { clipsWithTruth } from './clips-with-truth.ts';
import { type PassageScore, scorePassages } from './passage-score.ts';
import { watchWithAgent } from './peer-agent.ts';
import { type PeerClip, peerClip, type Watched } from './peer-clip.ts';
import { type MotionSettings, packagedSettings, watchWithMotion } from './peer-motion.ts';
import { watchWithOpenCv } from './peer-opencv.ts';
import { progress } from './progress.ts';

export interface PeerRow {
  readonly clip: string;
  readonly who: string;
  readonly result: (Watched & { readonly score: PassageScore }) | 'not installed';
}

const defaults = AgentConfig.parse({ org: 'main', camera: 'video:', mqtt: { host: 'none' } });
export const { minArea } = defaults.motion;
export const { quietMs } = defaults.passage;

/** Motion as somebody would set it who reads off the agent’s area and quiet time; it knows whole seconds only. */
export const doorSettings: MotionSettings = {
  threshold: Math.round(minArea * 1_280 * 720),
  event_gap: Math.round(quietMs / 1_000),
};

/** What the agent, Motion and OpenCV make of the same frames of each clip whose truth is known. */
export async function measurePeersAtDoor(parent: string): Promise<PeerRow[]> {
  const folder = join(parent, 'peers');
  await mkdir(folder);
  const rows: PeerRow[] = [];
  for (const one of clipsWithTruth()) {
    const clip = await peerClip(one, folder);
    const add = (who: string, watched: Watched | 'not installed') =>
      rows.push({ clip: clip.name, who, result: watched === 'not installed' ? watched : scored(watched, clip) });
    add('rollcall agent', await watchWithAgent(clip));
    const [packaged, set] = await bothMotions(clip);
    add('Motion, as packaged', packaged);
    add('Motion, same area and quiet time', set);
    add('OpenCV MOG2, same area and quiet time', watchWithOpenCv(clip, { minArea, quietMs }));
  }
  return rows;
}

/** At once, since both play at the clip’s own pace. */
function bothMotions(clip: PeerClip): Promise<[Watched | 'not installed', Watched | 'not installed']> {
  const bar = progress(`Motion at ${clip.name}, seconds`, Math.ceil(clip.files.length / clip.fps));
  const packaged = watchWithMotion(clip, packagedSettings, () => bar.step());
  return Promise.all([packaged, watchWithMotion(clip, doorSettings)]).finally(() => bar.done());
}

function scored(watched: Watched, { truth }: PeerClip) {
  return { ...watched, score: scorePassages(truth, watched.found) };
}
