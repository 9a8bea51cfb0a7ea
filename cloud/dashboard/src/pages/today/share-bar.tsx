import type { DayCount } from '@rollcall/contract/day-summary';
import { count } from '../../format/number.ts';
import { text } from '../../messages/text.ts';
import styles from './share-bar.module.css';

/** Present, late, excused, absent and the rest as parts of one bar. */
export function ShareBar({ total, size }: { total: DayCount; size: 'large' | 'small' }) {
  const parts = [
    { tone: 'present', label: text.today.present, value: total.present },
    { tone: 'late', label: text.today.late, value: total.late },
    { tone: 'excused', label: text.today.excused, value: total.excused },
    { tone: 'absent', label: text.today.absent, value: total.absent },
  ].filter((part) => part.value > 0);
  const words = parts.map((part) => `${part.label} ${count(part.value)}`);
  words.push(text.today.ofRegistered(count(total.registered)));
  return (
    <div className={`${styles.bar} ${styles[size]}`} role="img" aria-label={text.today.barLabel(words.join(', '))}>
      {parts.map((part) => (
        <span
          key={part.tone}
          className={styles[part.tone]}
          style={{ width: `${(100 * part.value) / Math.max(1, total.registered)}%` }}
        />
      ))}
    </div>
  );
}
