import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Person } from '@rollcall/contract/person';
import { IconFileCheck, IconShieldCheck } from '@tabler/icons-react';
import { Panel } from '../../components/panel.tsx';
import { useRole } from '../../components/use-role.ts';
import { longDateOf } from '../../format/time.ts';
import { text } from '../../messages/text.ts';
import { ConsentDialog } from './consent-dialog.tsx';
import styles from './consent-panel.module.css';

/** Whether, when and to what the person agreed: nothing biometric happens before. */
export function ConsentPanel({ person }: { person: Person }) {
  const [open, dialog] = useDisclosure();
  const { mayEdit } = useRole();
  const { consent } = person;
  return (
    <Panel title={text.person.consent.title}>
      <div className={styles.row}>
        <span className={`${styles.icon} ${consent ? styles.given : styles.missing}`} aria-hidden="true">
          {consent ? <IconShieldCheck size={22} stroke={1.7} /> : <IconFileCheck size={22} stroke={1.7} />}
        </span>
        <div className={styles.words}>
          {consent ? (
            <>
              <div className={styles.strong}>
                {text.person.consent.given(consent.by, longDateOf(consent.grantedAt))}
              </div>
              <div className="rc-muted">{text.person.consent.policy(consent.policyVersion)}</div>
            </>
          ) : (
            <p className="rc-muted">{text.person.consent.why}</p>
          )}
        </div>
        {mayEdit ? (
          <Button variant={consent ? 'default' : 'filled'} className={styles.button} onClick={dialog.open}>
            {consent ? text.person.consent.renew : text.person.consent.record}
          </Button>
        ) : null}
      </div>
      <ConsentDialog person={person} open={open} onClose={dialog.close} />
    </Panel>
  );
}
