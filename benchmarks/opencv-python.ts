import { spawnSync } from 'node:child_process';

/** A Python that has OpenCV; undefined where none has. */
export function openCvPython(): string | undefined {
  return ['python3', '/usr/bin/python3'].find((python) => spawnSync(python, ['-c', 'import cv2']).status === 0);
}
