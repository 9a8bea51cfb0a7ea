import { describe, expect, it } from 'vitest';
import { photoLimits, photoProblem } from './photo-limits.ts';

const face = (width: number, sharpness: number) => ({
  box: { x: 0, y: 0, width, height: width },
  quality: { sharpness, brightness: 50 },
});

describe('photoProblem', () => {
  it('finds none in one large, sharp face', () => {
    expect(photoProblem([face(photoLimits.minFacePixels, photoLimits.minSharpness)])).toBeUndefined();
  });

  it.each([
    ['no-face', []],
    ['several-faces', [face(200, 90), face(150, 90)]],
    ['face-too-small', [face(40, 90)]],
    ['too-blurred', [face(200, 10)]],
  ])('says %s', (problem, faces) => {
    expect(photoProblem(faces)).toBe(problem);
  });
});
