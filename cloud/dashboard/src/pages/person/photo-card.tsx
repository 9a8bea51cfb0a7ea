import { ActionIcon, Tooltip } from '@mantine/core';
import type { FaceQuality, Photo } from '@rollcall/contract/person';
import { IconAlertTriangle, IconCheck, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { Picture } from '../../components/picture.tsx';
import { Pill } from '../../components/pill.tsx';
import { toast, toastError } from '../../components/toast.tsx';
import { count } from '../../format/number.ts';
import { text } from '../../messages/text.ts';
import styles from './photos-panel.module.css';

interface PhotoCardProps {
  readonly photo: Photo;
  readonly name: string;
  readonly number: number;
  readonly mayDelete: boolean;
}

/** One enrolled photo: how good it is, and what would be better. */
export function PhotoCard({ photo, name, number, mayDelete }: PhotoCardProps) {
  const api = useApi();
  const client = useQueryClient();
  const t = text.person.photos;
  const path = `/v1/people/${photo.personId}/photos/${photo.photoId}`;
  const remove = useMutation({
    mutationFn: () => api.send('DELETE', path),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['photos', photo.personId] });
      void client.invalidateQueries({ queryKey: ['person', photo.personId] });
      void client.invalidateQueries({ queryKey: ['people'] });
      toast(t.deleted);
    },
    onError: toastError,
  });
  const grade = gradeOf(photo.quality);
  return (
    <li className={styles.card}>
      <div className={styles.image}>
        <Picture path={path} alt={t.alt(name, number)} />
      </div>
      <div className={styles.facts}>
        <Pill
          tone={grade === 'good' ? 'present' : 'late'}
          icon={
            grade === 'good' ? (
              <IconCheck size={14} aria-hidden="true" />
            ) : (
              <IconAlertTriangle size={14} aria-hidden="true" />
            )
          }
        >
          {t.quality[grade]}
        </Pill>
        <div className="rc-muted rc-num" style={{ marginTop: 6 }}>
          {t.facts(count(Math.round(photo.quality.facePixels)), count(Math.round(photo.quality.sharpness)))}
        </div>
        {photo.quality.advice.length > 0 ? (
          <ul className={styles.advice}>
            {photo.quality.advice.map((advice) => (
              <li key={advice}>{advice}</li>
            ))}
          </ul>
        ) : null}
      </div>
      {mayDelete ? (
        <Tooltip label={t.delete}>
          <ActionIcon
            className={styles.delete}
            variant="default"
            aria-label={`${t.delete}: ${t.alt(name, number)}`}
            loading={remove.isPending}
            onClick={() => remove.mutate()}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </Tooltip>
      ) : null}
    </li>
  );
}

function gradeOf({ advice }: FaceQuality): 'good' | 'fair' | 'poor' {
  if (advice.length === 0) return 'good';
  return advice.length === 1 ? 'fair' : 'poor';
}
