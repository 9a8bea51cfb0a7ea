import { Tooltip } from '@mantine/core';
import { useLiveState } from '../../live/live-context.ts';
import { text } from '../../messages/text.ts';
import styles from './live-badge.module.css';

/** Whether arrivals appear at once, or by asking again and again. */
export function LiveBadge() {
  const state = useLiveState();
  return (
    <Tooltip label={text.app.live[`${state}Hint`]} multiline maw={260}>
      <span className={`${styles.badge} ${styles[state]}`} role="status" aria-label={text.app.live[`${state}Hint`]}>
        <span className={styles.dot} aria-hidden="true" />
        {text.app.live[state]}
      </span>
    </Tooltip>
  );
}
