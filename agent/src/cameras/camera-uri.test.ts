import { Misconfigured } from '@rollcall/kit/app-error';
import { describe, expect, it } from 'vitest';
import { parseCameraUri } from './camera-uri.ts';

const size = { width: 1280, height: 720 };
const pi = { kind: 'rpicam', ...size, framerate: 15, quality: 85, camera: 0, rotation: 0 };

describe('a camera URI', () => {
  it.each([
    ['video:door.mp4', { kind: 'video', file: 'door.mp4', speed: 'own', loop: false }],
    ['video:/a b/door?.mp4?speed=max', { kind: 'video', file: '/a b/door?.mp4', speed: 'max', loop: false }],
    ['video:C:/door.mp4?loop=1', { kind: 'video', file: 'C:/door.mp4', speed: 'own', loop: true }],
    ['folder:pictures', { kind: 'folder', dir: 'pictures', fps: 10, speed: 'own', loop: false }],
    ['folder:/p?fps=2.5&loop=1', { kind: 'folder', dir: '/p', fps: 2.5, speed: 'own', loop: true }],
    ['rpicam:', pi],
    [
      'rpicam:?width=1920&height=1080&framerate=10&quality=70&camera=1&rotation=180',
      { kind: 'rpicam', width: 1920, height: 1080, framerate: 10, quality: 70, camera: 1, rotation: 180 },
    ],
    ['v4l2:', { kind: 'v4l2', device: '/dev/video0', ...size, framerate: 15, format: 'mjpeg' }],
    [
      'v4l2:/dev/v4l/by-id/usb-cam-video-index0?width=640&height=480&framerate=30&format=yuyv',
      {
        kind: 'v4l2',
        device: '/dev/v4l/by-id/usb-cam-video-index0',
        width: 640,
        height: 480,
        framerate: 30,
        format: 'yuyv',
      },
    ],
    [
      'v4l2:/dev/v4l/by-path/platform-fd500000.pcie-usb-0:1.2:1.0-video-index0',
      {
        kind: 'v4l2',
        device: '/dev/v4l/by-path/platform-fd500000.pcie-usb-0:1.2:1.0-video-index0',
        ...size,
        framerate: 15,
        format: 'mjpeg',
      },
    ],
    ['webcam:', { kind: 'webcam', device: '/dev/video0', ...size, quality: 85 }],
    ['webcam:/dev/video2?quality=60', { kind: 'webcam', device: '/dev/video2', ...size, quality: 60 }],
    [
      'rtsp://door:p%40ss@10.0.0.5/1?channel=2&x=1',
      { kind: 'rtsp', url: 'rtsp://door:p%40ss@10.0.0.5/1?channel=2&x=1' },
    ],
    ['rtsps://10.0.0.5:322/door', { kind: 'rtsp', url: 'rtsps://10.0.0.5:322/door' }],
  ])('%s is read', (uri, expected) => {
    expect(parseCameraUri(uri)).toEqual(expected);
  });

  it.each([
    ['door.mp4', 'video:FILE'],
    ['ftp:door.mp4', 'video:FILE'],
    ['video:', 'expected a path after video:'],
    ['video:a.mp4?fps=3', 'unknown option fps'],
    ['video:a.mp4?speed=2', 'expected speed=own or max'],
    ['video:a.mp4?speed=max&loop=1', 'expected either loop=1 or speed=max'],
    ['folder:p?fps=0', 'expected fps from 0.1 to 60'],
    ['folder:p?fps=fast', 'expected fps from 0.1 to 60'],
    ['rpicam:0', 'expected nothing but ?options, got 0'],
    ['rpicam:?fps=15', 'unknown option fps; expected width, height, framerate, quality, camera, rotation'],
    ['rpicam:?width=20', 'width: expected a whole number from 160 to 4096'],
    ['rpicam:?width=wide&quality=0', 'width: expected a whole number from 160 to 4096; quality: expected a whole'],
    ['rpicam:?framerate=7.5', 'framerate: expected a whole number from 1 to 60'],
    ['rpicam:?rotation=90', 'expected rotation=0 or 180'],
    ['v4l2:video0', 'expected a device such as /dev/video0'],
    ['v4l2:/dev/video0?format=h264', 'expected format=mjpeg or yuyv'],
    ['webcam:/dev/video0;reboot', 'expected a device such as /dev/video0'],
    ['webcam:/dev/../home/pi/photo.jpg', 'expected a device such as /dev/video0'],
    ['webcam:/dev//../home/pi/photo.jpg', 'expected a device such as /dev/video0'],
    ['webcam:/dev/shm/photo.jpg', 'expected a device such as /dev/video0'],
    ['v4l2:/dev/../etc/passwd', 'expected a device such as /dev/video0'],
    ['webcam:/dev/$(reboot)', 'expected a device such as /dev/video0'],
    ['rtsp:', 'expected rtsp://user:password@host'],
    ["rtsp://10.0.0.5/1'\nfile '/etc/passwd", 'expected rtsp://user:password@host'],
  ])('%s is refused with what was expected', (uri, message) => {
    expect(() => parseCameraUri(uri)).toThrow(Misconfigured);
    expect(() => parseCameraUri(uri)).toThrow(message);
  });

  it.each(['rtsp://door:s3cret@10.0.0.5 /1', 'rtp://door:s3cret@10.0.0.5/1', 'http://door:s3cret@host/x'])(
    'that is refused does not tell its password: %s',
    (uri) => {
      expect(() => parseCameraUri(uri)).toThrow(/^(?!.*s3cret)/);
    },
  );
});
