import type { Camera } from '../ports/camera.ts';
import { parseCameraUri } from './camera-uri.ts';
import { FolderSource } from './folder-source.ts';
import { type CameraParts, ImageCamera } from './image-camera.ts';
import { VideoSource } from './video-source.ts';

/** The camera that a URI names, not started. @throws Misconfigured when the URI is none that is known. */
export function openCamera(uri: string, parts: CameraParts): Camera {
  const camera = parseCameraUri(uri);
  const source = camera.kind === 'video' ? new VideoSource(camera.file, camera) : new FolderSource(camera.dir, camera);
  return new ImageCamera(source, camera.speed, parts);
}
