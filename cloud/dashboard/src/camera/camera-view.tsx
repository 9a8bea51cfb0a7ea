import { text } from '../messages/text.ts';
import styles from './camera-view.module.css';
import type { Camera } from './use-camera.ts';

/** What the camera sees, mirrored as people know themselves, with an oval for the face. */
export function CameraView({ camera, oval = true }: { camera: Camera; oval?: boolean }) {
  return (
    <div className={styles.view}>
      <video ref={camera.video} className={styles.video} muted playsInline aria-label={text.kiosk.preview} />
      {oval && camera.state.status === 'ready' ? (
        <svg className={styles.oval} viewBox="0 0 100 100" preserveAspectRatio="xMidYMid meet" aria-hidden="true">
          <ellipse cx="50" cy="46" rx="24" ry="32" vectorEffect="non-scaling-stroke" />
        </svg>
      ) : null}
    </div>
  );
}
