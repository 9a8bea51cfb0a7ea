import { IconCamera, IconUserPlus, IconWalk, type TablerIcon } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Panel } from '../../components/panel.tsx';
import { text } from '../../messages/text.ts';
import styles from './first-steps.module.css';

/** What to do first, while nobody is registered. */
export function FirstSteps() {
  return (
    <Panel title={text.today.startTitle}>
      <ol className={styles.steps}>
        <Step Icon={IconUserPlus} note={text.today.startPeopleText}>
          <Link to="/people" search={{ add: true }} className="rc-link">
            {text.today.startPeople}
          </Link>
        </Step>
        <Step Icon={IconCamera} note={text.today.startCameraText}>
          <Link to="/doors" className="rc-link">
            {text.today.startCamera}
          </Link>
        </Step>
        <Step Icon={IconWalk} note={text.today.startWalkText}>
          {text.today.startWalk}
        </Step>
      </ol>
    </Panel>
  );
}

function Step({ Icon, note, children }: { Icon: TablerIcon; note: string; children: ReactNode }) {
  return (
    <li className={styles.step}>
      <span className={styles.icon} aria-hidden="true">
        <Icon size={20} stroke={1.7} />
      </span>
      <div>
        <div className={styles.title}>{children}</div>
        <div className="rc-muted">{note}</div>
      </div>
    </li>
  );
}
