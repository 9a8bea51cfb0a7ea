import { describe, expect, it } from 'vitest';
import { countCamera } from './count-camera.ts';

const camera = { framesPerSecond: 15, width: 1280, height: 720, badFrames: 0 };

describe('cameras that are not well', () => {
  it.each([
    [{ state: 'failed' as const }, ['CamerasAway']],
    [{ state: 'silent' as const, picture: 'dark' as const }, ['CamerasAway']],
    [{ state: 'ok' as const, picture: 'dark' as const }, ['PicturesDark']],
    [{ state: 'ok' as const, picture: 'covered' as const }, ['PicturesCovered']],
    [{ state: 'ok' as const, picture: 'frozen' as const }, ['PicturesFrozen']],
    [{ state: 'ok' as const, picture: 'defocused' as const }, ['PicturesDefocused']],
    [{ state: 'ok' as const, picture: 'ok' as const }, []],
    [{ state: 'ok' as const }, []],
  ])('are counted by what is wrong: %o', (how, expected) => {
    const counted: string[] = [];
    countCamera({ add: (name) => void counted.push(name) }, { ...camera, ...how });
    expect(counted).toEqual(expected);
  });
});
