import { Misconfigured } from '@rollcall/kit/app-error';
import { describe, expect, it } from 'vitest';
import { parseCameraUri } from './camera-uri.ts';

describe('a camera URI', () => {
  it.each([
    ['video:door.mp4', { kind: 'video', file: 'door.mp4', speed: 'own', loop: false }],
    ['video:/a b/door?.mp4?speed=max', { kind: 'video', file: '/a b/door?.mp4', speed: 'max', loop: false }],
    ['video:C:/door.mp4?loop=1', { kind: 'video', file: 'C:/door.mp4', speed: 'own', loop: true }],
    ['folder:pictures', { kind: 'folder', dir: 'pictures', fps: 10, speed: 'own', loop: false }],
    ['folder:/p?fps=2.5&loop=1', { kind: 'folder', dir: '/p', fps: 2.5, speed: 'own', loop: true }],
  ])('%s is read', (uri, expected) => {
    expect(parseCameraUri(uri)).toEqual(expected);
  });

  it.each([
    ['rtsp://door/1', 'rtsp: is not supported by this version'],
    ['v4l2:/dev/video0', 'v4l2: is not supported by this version'],
    ['door.mp4', 'expected video:FILE'],
    ['ftp:door.mp4', 'expected video:FILE'],
    ['video:', 'expected a path after video:'],
    ['video:a.mp4?fps=3', 'unknown option fps'],
    ['video:a.mp4?speed=2', 'expected speed=own or max'],
    ['video:a.mp4?speed=max&loop=1', 'expected either loop=1 or speed=max'],
    ['folder:p?fps=0', 'expected fps from 0.1 to 60'],
    ['folder:p?fps=fast', 'expected fps from 0.1 to 60'],
  ])('%s is refused with what was expected', (uri, message) => {
    expect(() => parseCameraUri(uri)).toThrow(Misconfigured);
    expect(() => parseCameraUri(uri)).toThrow(message);
  });
});
