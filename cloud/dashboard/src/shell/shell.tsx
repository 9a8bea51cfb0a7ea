import { Outlet } from '@tanstack/react-router';
import { LiveProvider } from '../live/live-provider.tsx';
import { text } from '../messages/text.ts';
import { RequireSession } from '../session/require-session.tsx';
import { Navigation } from './navigation.tsx';
import styles from './shell.module.css';

/** Navigation beside the page; below it on a phone. */
export function Shell() {
  return (
    <RequireSession>
      <LiveProvider>
        <div className={styles.shell}>
          <a className={styles.skip} href="#content">
            {text.app.skip}
          </a>
          <Navigation />
          <main id="content" className={styles.main} tabIndex={-1}>
            <Outlet />
          </main>
        </div>
      </LiveProvider>
    </RequireSession>
  );
}
