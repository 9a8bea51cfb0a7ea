import { Button, Group, Modal } from '@mantine/core';
import type { Person } from '@rollcall/contract/person';
import { IconCamera, IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { explain } from '../../api/api-problem.ts';
import { CameraView } from '../../camera/camera-view.tsx';
import { useCamera } from '../../camera/use-camera.ts';
import { text } from '../../messages/text.ts';
import { UploadResults } from './upload-results.tsx';
import { usePhotoUploads } from './use-photo-uploads.ts';
import styles from './webcam-dialog.module.css';

const poses = ['front', 'left', 'right'] as const;

/** Takes a photo per pose with this machine's camera; a refused one is explained and taken again. */
export function WebcamDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const camera = useCamera();
  const uploads = usePhotoUploads(person.id);
  const [step, setStep] = useState(0);
  const t = text.person.webcam;
  const pose = poses[step];
  const sending = uploads.list.some((u) => u.state.status === 'sending');
  const last = uploads.list.at(-1);
  const problem = last?.state.status === 'refused' ? last.state.problem : undefined;

  const take = async () => {
    const picture = await camera.take(1280);
    if (!picture || !pose) return;
    for (const old of uploads.list) if (old.state.status === 'refused') uploads.dismiss(old);
    const accepted = await uploads.add([new File([picture], `${t.poses[pose]}.jpg`, { type: picture.type })]);
    if (accepted) setStep((n) => n + 1);
  };

  return (
    <Modal opened onClose={onClose} title={t.title} size={620} closeButtonProps={{ 'aria-label': text.app.close }}>
      {pose ? (
        <>
          <div className={styles.guide} aria-live="polite">
            <span className="rc-muted rc-num">{t.step(step + 1, poses.length)}</span>
            <strong>{t.poses[pose]}</strong>
          </div>
          <div className={styles.stage}>
            <CameraView camera={camera} />
            {camera.state.status === 'starting' ? <div className={styles.cover}>{t.starting}</div> : null}
            {camera.state.status === 'failed' ? (
              <div className={styles.cover} role="alert">
                <p>{text.person.camera[camera.state.problem]}</p>
                <Button variant="white" color="dark" mt="md" onClick={camera.retry}>
                  {text.app.tryAgain}
                </Button>
              </div>
            ) : null}
          </div>
          <p className={styles.hint}>{t.hint}</p>
          {problem && !sending ? (
            <span className="rc-sr" role="alert">
              {explain(problem)}
            </span>
          ) : null}
          <UploadResults uploads={uploads} />
          <Group justify="space-between" mt="lg">
            <Button variant="subtle" onClick={() => setStep((n) => n + 1)} disabled={sending}>
              {t.skip}
            </Button>
            <Button
              leftSection={<IconCamera size={17} />}
              loading={sending}
              disabled={camera.state.status !== 'ready'}
              onClick={() => void take()}
              data-autofocus
            >
              {problem ? t.again : t.take}
            </Button>
          </Group>
        </>
      ) : (
        <Finished
          took={uploads.list.some((u) => u.state.status === 'accepted') || person.photoCount > 0}
          onClose={onClose}
        />
      )}
    </Modal>
  );
}

function Finished({ took, onClose }: { took: boolean; onClose: () => void }) {
  const t = text.person.webcam;
  return (
    <div className={styles.finished}>
      {took ? (
        <>
          <IconCircleCheck size={48} stroke={1.4} className={styles.check} aria-hidden="true" />
          <h2>{t.finishedTitle}</h2>
          <p className="rc-muted">{t.finishedText}</p>
        </>
      ) : (
        <p className="rc-muted">{text.person.photos.empty}</p>
      )}
      <Button mt="lg" onClick={onClose}>
        {t.done}
      </Button>
    </div>
  );
}
