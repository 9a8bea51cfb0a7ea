import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareDemo } from '@rollcall/cloud/demo/prepare-demo';
import { silentLog } from '@rollcall/kit/log';

/** Frames of the demo's door clip, 1280×720 JPEG as an agent would publish them, most with one face. */
export async function doorPictures(): Promise<Uint8Array[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-pictures-'));
  try {
    const { clip } = await prepareDemo({ dataDir, log: silentLog });
    execFileSync('ffmpeg', ['-v', 'error', '-i', clip, '-vf', 'fps=2', '-q:v', '6', join(dataDir, '%03d.jpg')]);
    const names = (await readdir(dataDir)).filter((name) => name.endsWith('.jpg')).sort();
    return await Promise.all(names.map((name) => readFile(join(dataDir, name))));
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
