import { Button } from '@mantine/core';
import { Logo } from '../../components/logo.tsx';
import { text } from '../../messages/text.ts';
import { useSession } from '../../session/session-context.ts';
import styles from './kiosk.module.css';

/** What a screen shows that has no key and nobody signed in. */
export function KioskSetup({ refused }: { refused: boolean }) {
  const { signIn } = useSession();
  const [title, words] = refused
    ? [text.kiosk.setupTitle, text.kiosk.keyRefused]
    : [text.kiosk.setupTitle, text.kiosk.setupText];
  return (
    <main className={styles.setup}>
      <Logo size={44} />
      <h1>{title}</h1>
      <p>{words}</p>
      <Button size="md" onClick={() => void signIn('/kiosk')}>
        {text.signIn.button}
      </Button>
    </main>
  );
}
