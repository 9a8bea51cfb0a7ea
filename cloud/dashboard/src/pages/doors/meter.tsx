import { checkText } from '../../messages/en-check.ts';
import styles from './face-measures.module.css';

interface MeterProps {
  readonly name: string;
  readonly value: number;
  /** Says a rounded value. */
  readonly unit: (value: number) => string;
  /** What is needed, or `most`, what may be. */
  readonly least?: number;
  readonly most?: number;
  readonly good: number;
  /** Of the bar. */
  readonly end: number;
}

/** A measure as a bar, with a line where it begins to do and where it begins to be good. */
export function Meter({ name, value, unit, least, most, good, end }: MeterProps) {
  const limit = least ?? most ?? 0;
  const isBetter = (a: number, b: number) => (least === undefined ? a <= b : a >= b);
  const state = isBetter(value, good) ? 'good' : isBetter(value, limit) ? 'fair' : 'bad';
  const place = (at: number) => `${Math.min(100, (100 * at) / end)}%`;
  const [limitWords, goodWords] = [unit(limit), unit(good)];
  return (
    <div className={styles.meter}>
      <dt>{name}</dt>
      <dd>
        <span className="rc-num">{unit(Math.round(value))}</span>
        <span className={styles.bar} aria-hidden="true">
          <span className={`${styles.fill} ${styles[state]}`} style={{ width: place(value) }} />
          <span className={styles.limit} style={{ left: place(limit) }} />
          <span className={`${styles.limit} ${styles.goodLimit}`} style={{ left: place(good) }} />
        </span>
        <span className={`rc-num ${state === 'bad' ? styles.missed : 'rc-muted'}`}>
          {least === undefined ? checkText.atMost(limitWords, goodWords) : checkText.atLeast(limitWords, goodWords)}
        </span>
      </dd>
    </div>
  );
}
