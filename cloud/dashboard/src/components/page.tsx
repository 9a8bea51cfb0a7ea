import { type ReactNode, useEffect } from 'react';
import { text } from '../messages/text.ts';
import styles from './page.module.css';

interface PageProps {
  readonly title: string;
  readonly subtitle?: ReactNode;
  readonly actions?: ReactNode;
  /** @default 'normal' */
  readonly width?: 'narrow' | 'normal' | 'wide';
  readonly children: ReactNode;
}

/** A page of the dashboard: its title (also of the tab), its actions, its content. */
export function Page({ title, subtitle, actions, width = 'normal', children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · ${text.app.name}`;
  }, [title]);
  const wide = width === 'normal' ? '' : styles[width];
  return (
    <div className={`${styles.page} ${wide}`}>
      <header className={styles.header}>
        <div className={styles.titles}>
          <h1>{title}</h1>
          {subtitle ? <div className={styles.subtitle}>{subtitle}</div> : null}
        </div>
        {actions ? <div className={styles.actions}>{actions}</div> : null}
      </header>
      {children}
    </div>
  );
}
