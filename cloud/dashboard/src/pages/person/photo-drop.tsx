import { Button } from '@mantine/core';
import { IconPhotoUp } from '@tabler/icons-react';
import { type DragEvent, useRef, useState } from 'react';
import { text } from '../../messages/text.ts';
import styles from './photos-panel.module.css';

/** Takes photos by drag and drop, or by the file dialog. */
export function PhotoDrop({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const t = text.person.photos;

  const take = (list: FileList | null) => {
    if (list && list.length > 0) onFiles([...list]);
  };
  const drag = (event: DragEvent, isOver: boolean) => {
    event.preventDefault();
    setOver(isOver);
  };

  return (
    <div
      className={`${styles.drop} ${over ? styles.over : ''}`}
      onDragOver={(event) => drag(event, true)}
      onDragLeave={(event) => drag(event, false)}
      onDrop={(event) => {
        drag(event, false);
        take(event.dataTransfer.files);
      }}
    >
      <IconPhotoUp size={24} stroke={1.5} aria-hidden="true" />
      <div className={styles.dropTitle}>{t.drop}</div>
      <div className="rc-muted">{t.dropHint}</div>
      <Button variant="default" mt="sm" onClick={() => input.current?.click()}>
        {t.choose}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept="image/jpeg,image/png,image/webp"
        aria-label={t.choose}
        onChange={(event) => {
          take(event.currentTarget.files);
          // The same file again is a change too.
          event.currentTarget.value = '';
        }}
      />
    </div>
  );
}
