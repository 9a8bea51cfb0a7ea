import { Button } from '@mantine/core';
import { IconAlertTriangle, IconClockOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Logo } from '../../components/logo.tsx';
import { text } from '../../messages/text.ts';
import { type SignedOutReason, useSession } from '../../session/session-context.ts';
import { DoorScene } from './door-scene.tsx';
import styles from './signed-out-page.module.css';

interface SignedOutPageProps {
  readonly reason: SignedOutReason;
  /** Why the last try did not work, in words. */
  readonly problem?: string;
  /** Where signing in leads. @default this address */
  readonly returnTo?: string;
}

/** What somebody sees who is not signed in. */
export function SignedOutPage({ reason, problem, returnTo }: SignedOutPageProps) {
  const { signIn } = useSession();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(problem);

  const start = async () => {
    setBusy(true);
    setFailed(undefined);
    try {
      await signIn(returnTo ?? location.pathname + location.search);
    } catch {
      // The issuer's discovery document could not be read: the page stays, and says so.
      setFailed(text.signIn.failed);
      setBusy(false);
    }
  };

  return (
    <main className={styles.page}>
      <div className={styles.side}>
        <div className={styles.brand}>
          <Logo size={30} />
          {text.app.name}
        </div>
        {failed ? (
          <Notice error icon={<IconAlertTriangle size={18} stroke={1.8} aria-hidden="true" />}>
            {failed}
          </Notice>
        ) : reason === 'expired' ? (
          <Notice icon={<IconClockOff size={18} stroke={1.8} aria-hidden="true" />}>{text.signIn.expired}</Notice>
        ) : null}
        <h1 className={styles.title}>{text.signIn.title}</h1>
        <p className={styles.text}>{text.signIn.text}</p>
        <div className={styles.actions}>
          <Button size="md" loading={busy} onClick={() => void start()}>
            {text.signIn.button}
          </Button>
          <Link to="/kiosk" className="rc-link">
            {text.signIn.kiosk}
          </Link>
        </div>
      </div>
      <div className={styles.scene}>
        <DoorScene />
      </div>
    </main>
  );
}

function Notice({ icon, error = false, children }: { icon: ReactNode; error?: boolean; children: ReactNode }) {
  return (
    <div className={`${styles.notice} ${error ? styles.error : ''}`} role="alert">
      {icon}
      <span>{children}</span>
    </div>
  );
}
