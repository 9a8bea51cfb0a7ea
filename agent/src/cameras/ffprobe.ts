import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Misconfigured } from '@rollcall/kit/app-error';
import { z } from 'zod';
import { isMissingProgram } from './run-program.ts';

export interface Clip {
  readonly fps: number;
  readonly durationMs: number;
}

const Probe = z.object({
  streams: z.array(z.object({ avg_frame_rate: z.string(), r_frame_rate: z.string(), duration: z.string().optional() })),
  format: z.object({ duration: z.string().optional() }),
});

/** Frame rate and length of a clip, by ffprobe, which comes with ffmpeg. @throws Misconfigured when it is none. */
export async function probeClip(file: string): Promise<Clip> {
  const probe = Probe.parse(JSON.parse(await run(file)));
  const stream = probe.streams[0];
  const fps = ratio(stream?.avg_frame_rate) ?? ratio(stream?.r_frame_rate);
  if (!stream || !fps) throw new Misconfigured(`camera video:${file}: expected a clip, found no pictures in it`);
  const seconds = Number(stream.duration ?? probe.format.duration ?? 0);
  return { fps, durationMs: Number.isFinite(seconds) ? seconds * 1000 : 0 };
}

async function run(file: string): Promise<string> {
  const entries = 'stream=avg_frame_rate,r_frame_rate,duration:format=duration';
  const options = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', entries, '-of', 'json', `file:${file}`];
  try {
    return (await promisify(execFile)('ffprobe', options, { timeout: 30_000 })).stdout;
  } catch (cause) {
    if (isMissingProgram(cause)) {
      throw new Misconfigured('ffprobe was not found; install it: sudo apt-get install ffmpeg', {
        code: 'program-missing',
        cause,
      });
    }
    throw new Misconfigured(`camera video:${file}: expected a clip that ffmpeg can read`, { cause });
  }
}

/** `25/2` is 12.5. Undefined for `0/0`, which means that it is not known. */
function ratio(text: string | undefined): number | undefined {
  const [above, below] = (text ?? '').split('/').map(Number);
  const value = (above ?? 0) / (below ?? 1);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}
