import type { Camera } from '../ports/camera.ts';
import { type CameraUri, parseCameraUri } from './camera-uri.ts';
import { FolderSource } from './folder-source.ts';
import { type CameraParts, ImageCamera, type TakenImages } from './image-camera.ts';
import { live } from './live.ts';
import { recorded } from './recorded.ts';
import { RpicamSource } from './rpicam-source.ts';
import { RtspSource } from './rtsp-source.ts';
import { V4l2Source } from './v4l2-source.ts';
import { VideoSource } from './video-source.ts';
import { WebcamSource } from './webcam-source.ts';

/** The camera that a URI names, not started. @throws Misconfigured when the URI is none that is known. */
export function openCamera(uri: string, parts: CameraParts): Camera {
  return new ImageCamera(imagesOf(parseCameraUri(uri), parts), parts);
}

function imagesOf(camera: CameraUri, parts: CameraParts): TakenImages {
  switch (camera.kind) {
    case 'video':
      return recorded(new VideoSource(camera.file, camera), camera.speed, parts);
    case 'folder':
      return recorded(new FolderSource(camera.dir, camera), camera.speed, parts);
    case 'rpicam':
      return live(new RpicamSource(camera), parts);
    case 'v4l2':
      return live(new V4l2Source(camera), parts);
    case 'webcam':
      return live(new WebcamSource(camera, parts), parts);
    case 'rtsp':
      return live(new RtspSource(camera.url), parts);
    default:
      return camera satisfies never;
  }
}
