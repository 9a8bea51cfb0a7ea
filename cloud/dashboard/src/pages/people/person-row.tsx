import type { Person } from '@rollcall/contract/person';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { Initials } from '../../components/initials.tsx';
import { ReadinessPill } from '../../components/readiness-pill.tsx';
import styles from './people-list.module.css';

export const PersonRow = memo(function PersonRow({ person }: { person: Person }) {
  return (
    <li className={styles.item}>
      <Link to="/people/$personId" params={{ personId: person.id }} className={styles.row}>
        <span className={styles.who}>
          <Initials name={person.name} size={34} />
          <span className={styles.name}>{person.name}</span>
        </span>
        <span className={`${styles.number} rc-num`}>{person.externalId}</span>
        <span className={styles.groups}>{person.groups.join(', ')}</span>
        <span className={styles.state}>
          <ReadinessPill person={person} />
        </span>
      </Link>
    </li>
  );
});
