import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { Walker } from './demo-people.ts';
import { clipSize, drawCorridor, horizonY } from './draw-corridor.ts';
import { drawFigure, figureSize } from './draw-figure.ts';
import { runFfmpeg } from './ffmpeg.ts';

const framesPerSecond = 15;

/** Seconds: walking up to the camera, leaving at the side, and nobody. The quiet is long enough for a passage to close. */
const walkS = 2.8;
const leaveS = 0.7;
const quietS = 3.2;

const walkerFrames = Math.round((walkS + leaveS) * framesPerSecond);
const partFrames = Math.round((walkS + leaveS + quietS) * framesPerSecond);

/** Distance from the camera at the start and the end of the walk; at 1 a figure is as large as it is drawn. */
const farthest = 6;
const nearest = 1.05;

/** The camera is at this part of a figure's height. */
const cameraHeight = 0.93;

/** Writes a clip of `walkers` who come in one after the other, whole or not at all. It can be looped: it ends as it begins. */
export async function renderClip(walkers: readonly Walker[], path: string): Promise<void> {
  const folder = await mkdtemp(join(dirname(path), '.clip-'));
  try {
    const corridor = join(folder, 'corridor.png');
    await sharp(Buffer.from(drawCorridor())).removeAlpha().png().toFile(corridor);
    const pictures = [corridor];
    for (const [index, walker] of walkers.entries()) {
      const figure = join(folder, `figure-${index}.png`);
      await writeFile(figure, await drawFigure(walker));
      pictures.push(figure);
    }
    const clip = join(folder, 'clip.mp4');
    const encode = ['-c:v', 'mpeg4', '-q:v', '3', '-g', '30', '-pix_fmt', 'yuv420p', '-r', `${framesPerSecond}`];
    const inputs = pictures.flatMap((picture) => ['-i', picture]);
    await runFfmpeg([...inputs, '-filter_complex', filterOf(walkers), '-map', '[clip]', ...encode, clip]);
    await rename(clip, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Each walker over the corridor, then all in a row. Expressions: https://ffmpeg.org/ffmpeg-utils.html#Expression-Evaluation */
function filterOf(walkers: readonly Walker[]): string {
  const names = walkers.map((_, index) => index);
  const scale = `scale=w='${even(figureSize.width)}':h='${even(figureSize.height)}':eval=frame`;
  const parts = walkers.map((walker, index) =>
    [
      `[${index + 1}:v]${still(walkerFrames)},format=rgba,${scale}[figure${index}]`,
      `[corridor${index}][figure${index}]overlay=${placeOf(walker)}:eval=frame:eof_action=pass,setsar=1[part${index}]`,
    ].join(';'),
  );
  const corridors = names.map((index) => `[corridor${index}]`).join('');
  return [
    `[0:v]${still(partFrames)},split=${walkers.length}${corridors}`,
    ...parts,
    `${names.map((index) => `[part${index}]`).join('')}concat=n=${walkers.length}:v=1:a=0[clip]`,
  ].join(';');
}

/** A picture that stands for so many frames; decoded once. */
function still(frames: number): string {
  return `loop=loop=${frames - 1}:size=1:start=0,setpts=N/${framesPerSecond}/TB`;
}

/** How large a figure is drawn at time t: it nears evenly, more slowly towards the end. */
const scaleAt = `(1/(${farthest}-${farthest - nearest}*(1-pow(1-min(t/${walkS},1),1.4))))`;

function even(pixels: number): string {
  return `2*trunc(${pixels}*${scaleAt}/2)`;
}

function placeOf({ leaves }: Walker): string {
  const away = leaves === 'right' ? 1 : -1;
  const sway = `8*${scaleAt}*sin(t*6)`;
  const aside = `${away * clipSize.width}*pow(max(t-${walkS},0)/${leaveS},1.6)`;
  const feet = `${horizonY}+${Math.round(figureSize.height * cameraHeight)}*${scaleAt}`;
  const step = `10*${scaleAt}*abs(sin(t*6))`;
  return `x='${clipSize.width / 2}-overlay_w/2+${sway}+${aside}':y='${feet}-overlay_h-${step}'`;
}
