import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Person } from '@rollcall/contract/person';
import { IconCamera, IconLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { photosQuery } from '../../api/queries.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { useRole } from '../../components/use-role.ts';
import { text } from '../../messages/text.ts';
import { PhotoCard } from './photo-card.tsx';
import { PhotoDrop } from './photo-drop.tsx';
import styles from './photos-panel.module.css';
import { UploadResults } from './upload-results.tsx';
import { usePhotoUploads } from './use-photo-uploads.ts';

const WebcamDialog = lazy(() => import('./webcam-dialog.tsx').then((m) => ({ default: m.WebcamDialog })));

/** The photos by which a person is recognized, what is weak about them, and the ways to add more. */
export function PhotosPanel({ person }: { person: Person }) {
  const photos = useQuery(photosQuery(useApi(), person.id)).data?.items ?? [];
  const uploads = usePhotoUploads(person.id);
  const [webcam, dialog] = useDisclosure();
  const { mayEdit } = useRole();
  const t = text.person.photos;

  if (!person.consent) {
    return (
      <Panel title={t.title}>
        <EmptyState icon={<IconLock size={22} stroke={1.7} />} title={t.locked} />
      </Panel>
    );
  }
  return (
    <Panel
      title={t.title}
      hint={t.hint}
      aside={
        mayEdit ? (
          <Button variant="default" leftSection={<IconCamera size={16} />} onClick={dialog.open}>
            {t.webcam}
          </Button>
        ) : null
      }
    >
      {photos.length > 0 ? (
        <ul className={styles.grid}>
          {photos.map((photo, i) => (
            <PhotoCard key={photo.id} photo={photo} name={person.name} number={i + 1} mayDelete={mayEdit} />
          ))}
        </ul>
      ) : (
        <p className={styles.none}>{t.empty}</p>
      )}
      {mayEdit ? <PhotoDrop onFiles={(files) => void uploads.add(files)} /> : null}
      <UploadResults uploads={uploads} />
      {webcam ? (
        <Suspense>
          <WebcamDialog person={person} onClose={dialog.close} />
        </Suspense>
      ) : null}
    </Panel>
  );
}
