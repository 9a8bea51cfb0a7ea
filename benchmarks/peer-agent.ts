import { findPassages } from './find-passages.ts';
import { median } from './median.ts';
import { inClip, type PeerClip, type Watched } from './peer-clip.ts';

const rounds = 3;

/** The agent’s eyes: JPEGs in, passages and their best shots out, all threads counted. The first round only compiles the code. */
export async function watchWithAgent(clip: PeerClip): Promise<Watched> {
  const camera = `folder:${clip.dir}?fps=${clip.fps}&speed=max`;
  const found = await findPassages(camera);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    await findPassages(camera);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1_000 / clip.files.length);
  }
  return { found: inClip(found, clip), cpuMsPerFrame: median(times) };
}
