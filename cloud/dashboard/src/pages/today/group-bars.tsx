import type { DaySummary } from '@rollcall/contract/day-summary';
import { Link } from '@tanstack/react-router';
import { count } from '../../format/number.ts';
import { text } from '../../messages/text.ts';
import styles from './group-bars.module.css';
import { ShareBar } from './share-bar.tsx';

/** One bar per group; a group leads to its people. */
export function GroupBars({ groups }: { groups: DaySummary['groups'] }) {
  return (
    <ul className={styles.list}>
      {groups.map((group) => (
        <li key={group.group} className={styles.row}>
          <Link to="/people" search={{ group: group.group }} className={styles.name}>
            {group.group}
          </Link>
          <ShareBar total={group} size="small" />
          <span className={`${styles.count} rc-num`}>
            {text.today.groupLine(count(group.present + group.late), count(group.registered))}
          </span>
        </li>
      ))}
    </ul>
  );
}
