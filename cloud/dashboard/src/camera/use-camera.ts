import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

export type CameraProblem = 'denied' | 'none' | 'busy' | 'insecure' | 'failed';

export type CameraStatus =
  | { readonly status: 'starting' }
  | { readonly status: 'ready' }
  | { readonly status: 'failed'; readonly problem: CameraProblem };

export interface Camera {
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly state: CameraStatus;
  /** What it sees now, as JPEG, the longer side at most `maxSide` pixels. Undefined while there is no picture. */
  readonly take: (maxSide: number) => Promise<Blob | undefined>;
  readonly retry: () => void;
}

/** The front camera of this machine, shown in a `<video>` while the component is there. */
export function useCamera(): Camera {
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<CameraStatus>({ status: 'starting' });
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let stream: MediaStream | undefined;
    let gone = false;
    setState({ status: 'starting' });
    const start = async () => {
      try {
        stream = await openCamera();
        if (gone || !video.current) return stopTracks(stream);
        stream.getVideoTracks()[0]?.addEventListener('ended', () => setState({ status: 'failed', problem: 'none' }));
        video.current.srcObject = stream;
        await video.current.play();
        if (!gone) setState({ status: 'ready' });
      } catch (error) {
        if (!gone) setState({ status: 'failed', problem: problemOf(error) });
      }
    };
    void start();
    return () => {
      gone = true;
      if (stream) stopTracks(stream);
    };
  }, [attempt]);

  const take = useCallback((maxSide: number) => takePicture(video.current, maxSide), []);
  const retry = useCallback(() => setAttempt((n) => n + 1), []);
  return { video, state, take, retry };
}

async function openCamera(): Promise<MediaStream> {
  // Absent on plain http from another machine: https://www.w3.org/TR/mediacapture-streams/#mediadevices
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException('insecure', 'SecurityError');
  return navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'user', width: { ideal: 1280 }, height: { ideal: 720 } },
    audio: false,
  });
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function problemOf(error: unknown): CameraProblem {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    case 'SecurityError':
      return 'insecure';
    default:
      return 'failed';
  }
}

async function takePicture(video: HTMLVideoElement | null, maxSide: number): Promise<Blob | undefined> {
  if (!video || video.videoWidth === 0) return undefined;
  const scale = Math.min(1, maxSide / Math.max(video.videoWidth, video.videoHeight));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  // Not mirrored as the preview is: a face vector is made of the face as others see it.
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? undefined), 'image/jpeg', 0.92));
}
