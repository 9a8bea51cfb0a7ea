import { type ReactNode, useId } from 'react';
import styles from './panel.module.css';

interface PanelProps {
  readonly title?: ReactNode;
  readonly hint?: ReactNode;
  readonly aside?: ReactNode;
  /** Without padding, for lists that reach the edges. */
  readonly flush?: boolean;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** A titled surface; a landmark that a screen reader can jump to. */
export function Panel({ title, hint, aside, flush = false, className = '', children }: PanelProps) {
  const id = useId();
  return (
    <section className={`${styles.panel} ${className}`} {...(title ? { 'aria-labelledby': id } : {})}>
      {title ? (
        <div className={styles.head}>
          <div>
            <h2 id={id}>{title}</h2>
            {hint ? <div className={styles.hint}>{hint}</div> : null}
          </div>
          {aside ? <div className={styles.aside}>{aside}</div> : null}
        </div>
      ) : null}
      <div className={flush ? styles.flush : styles.body}>{children}</div>
    </section>
  );
}
