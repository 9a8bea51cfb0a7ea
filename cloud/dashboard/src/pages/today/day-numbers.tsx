import { Skeleton } from '@mantine/core';
import type { DayCount, DaySummary } from '@rollcall/contract/day-summary';
import type { DaySession } from '@rollcall/contract/organization';
import { Link } from '@tanstack/react-router';
import { count, percent } from '../../format/number.ts';
import { addMinutes } from '../../format/time.ts';
import { text } from '../../messages/text.ts';
import styles from './day-numbers.module.css';
import { ShareBar } from './share-bar.tsx';

interface DayNumbersProps {
  readonly summary: DaySummary | undefined;
  readonly day: DaySession | null;
  /** Whether it is known that there is no `day`. */
  readonly settled: boolean;
}

interface Tile {
  readonly tone: 'present' | 'late' | 'absent' | 'neutral';
  readonly label: string;
  readonly value: number;
  readonly note: string;
}

/** The few numbers of the day, large, and one bar that they make together. */
export function DayNumbers({ summary, day, settled }: DayNumbersProps) {
  if (!summary || !settled) return <NumbersSkeleton />;
  const { total } = summary;
  const tiles = day ? withTimes(total, day) : withoutTimes(total);
  return (
    <section className={styles.panel} aria-label={text.today.title}>
      <dl className={styles.tiles}>
        {tiles.map((tile) => (
          <div key={tile.label} className={`${styles.tile} ${styles[tile.tone]}`}>
            <dt className={styles.label}>{tile.label}</dt>
            <dd className={`${styles.value} rc-num`}>{count(tile.value)}</dd>
            <dd className={styles.note}>{tile.note}</dd>
          </div>
        ))}
      </dl>
      <ShareBar total={total} size="large" />
      {day ? null : (
        <p className={styles.hint}>
          {text.today.setTimes}{' '}
          <Link to="/settings" hash="day" className="rc-link">
            {text.today.setTimesLink}
          </Link>
        </p>
      )}
    </section>
  );
}

/** Not seen yet, and not counted as absent or excused. */
export function stillExpected(total: DayCount): number {
  return Math.max(0, total.registered - total.present - total.late - total.absent - total.excused);
}

function withTimes(total: DayCount, day: DaySession): Tile[] {
  return [
    {
      tone: 'present',
      label: text.today.present,
      value: total.present,
      note: text.today.presentShare(percent(total.present + total.late, total.registered)),
    },
    {
      tone: 'late',
      label: text.today.late,
      value: total.late,
      note: text.today.afterGrace(addMinutes(day.start, day.graceMinutes)),
    },
    { tone: 'absent', label: text.today.absent, value: total.absent, note: text.today.afterEnd(day.end) },
    { tone: 'neutral', label: text.today.expected, value: stillExpected(total), note: text.today.stillExpected },
  ];
}

function withoutTimes(total: DayCount): Tile[] {
  const here = total.present + total.late;
  return [
    {
      tone: 'present',
      label: text.today.present,
      value: here,
      note: text.today.presentShare(percent(here, total.registered)),
    },
    { tone: 'neutral', label: text.today.notYet, value: stillExpected(total), note: text.today.stillExpected },
    { tone: 'neutral', label: text.today.registered, value: total.registered, note: text.today.everybodyToday },
  ];
}

function NumbersSkeleton() {
  return (
    <div className={styles.panel} aria-busy="true">
      <div className={styles.tiles}>
        {[0, 1, 2, 3].map((i) => (
          <div key={i} className={styles.tile}>
            <Skeleton height={12} width={70} />
            <Skeleton height={38} width={84} my={8} />
            <Skeleton height={12} width={110} />
          </div>
        ))}
      </div>
      <Skeleton height={12} radius={6} />
    </div>
  );
}
