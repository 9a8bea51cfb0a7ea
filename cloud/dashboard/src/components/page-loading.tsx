import { Skeleton, Stack } from '@mantine/core';
import { text } from '../messages/text.ts';
import styles from './page.module.css';

/** The outline of a page while its code or its first answer is on the way. */
export function PageLoading() {
  return (
    <div className={styles.page} aria-busy="true">
      <span className="rc-sr" role="status">
        {text.app.loading}
      </span>
      <Stack gap="lg">
        <Skeleton height={28} width={180} />
        <Skeleton height={112} />
        <Skeleton height={240} />
      </Stack>
    </div>
  );
}
