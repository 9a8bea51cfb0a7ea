import type { ReactNode } from 'react';
import styles from './pill.module.css';

export type Tone = 'present' | 'late' | 'absent' | 'neutral' | 'accent';

/** A state by icon, color and text together: never by color alone. */
export function Pill({ tone, icon, children }: { tone: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span className={`${styles.pill} ${styles[tone]}`}>
      {icon}
      {children}
    </span>
  );
}
