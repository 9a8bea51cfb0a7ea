import { ActionIcon, Button } from '@mantine/core';
import { useFullscreenDocument, useNetwork } from '@mantine/hooks';
import { IconArrowsMaximize, IconCamera, IconCameraOff, IconCloudOff } from '@tabler/icons-react';
import type { Api } from '../../api/api.ts';
import { CameraView } from '../../camera/camera-view.tsx';
import { useCamera } from '../../camera/use-camera.ts';
import { useNow } from '../../components/use-now.ts';
import { dateOf, timeOf } from '../../format/time.ts';
import { text } from '../../messages/text.ts';
import { AnswerCard } from './answer-card.tsx';
import styles from './kiosk.module.css';
import { useKiosk } from './use-kiosk.ts';

/** Camera, one button, one answer. */
export function KioskScreen({ api }: { api: Api }) {
  const camera = useCamera();
  const { state, checkIn, reset } = useKiosk(api, camera);
  const { online } = useNetwork();
  const { toggle, fullscreen } = useFullscreenDocument();
  const clock = new Date(useNow(1_000)).toISOString();
  const ready = camera.state.status === 'ready';

  return (
    <main className={styles.kiosk}>
      <h1 className="rc-sr">{text.kiosk.title}</h1>
      <CameraView camera={camera} oval={state.step === 'idle'} />
      {state.step === 'working' ? <img className={styles.frozen} src={state.picture} alt="" /> : null}
      <div className={styles.top}>
        <div>
          <div className={`${styles.clock} rc-num`}>{timeOf(clock)}</div>
          <div>{dateOf(clock)}</div>
        </div>
        <div className={styles.topRight}>
          {online ? null : (
            <span className={styles.offline} role="status">
              <IconCloudOff size={18} aria-hidden="true" /> {text.kiosk.offline}
            </span>
          )}
          {fullscreen ? null : (
            <ActionIcon
              variant="transparent"
              color="white"
              size={44}
              aria-label={text.kiosk.fullScreen}
              onClick={() => void toggle()}
            >
              <IconArrowsMaximize size={22} />
            </ActionIcon>
          )}
        </div>
      </div>
      <div className={styles.bottom} aria-live="assertive">
        {state.step === 'idle' && ready ? (
          <button type="button" className={styles.take} onClick={() => void checkIn()}>
            <span className={styles.takeIcon} aria-hidden="true">
              <IconCamera size={34} stroke={1.8} />
            </span>
            <span>
              <span className={styles.takeTitle}>{text.kiosk.idle}</span>
              <span className={styles.takeHint}>{text.kiosk.idleHint}</span>
            </span>
          </button>
        ) : null}
        {state.step === 'working' ? (
          <p className={styles.working}>{state.retrying ? text.kiosk.retrying : text.kiosk.working}</p>
        ) : null}
        {state.step === 'answer' ? (
          <AnswerCard answer={state.answer} secondsLeft={state.secondsLeft} onDismiss={reset} />
        ) : null}
      </div>
      {camera.state.status === 'failed' ? (
        <div className={styles.problem} role="alert">
          <IconCameraOff size={48} stroke={1.4} aria-hidden="true" />
          <h2>{text.kiosk.cameraTitle}</h2>
          <p>{text.person.camera[camera.state.problem]}</p>
          <Button size="md" variant="white" color="dark" onClick={camera.retry}>
            {text.kiosk.tryAgain}
          </Button>
        </div>
      ) : null}
    </main>
  );
}
