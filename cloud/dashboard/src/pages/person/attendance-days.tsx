import { Skeleton, Tooltip } from '@mantine/core';
import type { Attendance } from '@rollcall/contract/attendance';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { organizationQuery, personAttendanceQuery } from '../../api/queries.ts';
import { Panel } from '../../components/panel.tsx';
import { StatusPill } from '../../components/status-pill.tsx';
import { useNow } from '../../components/use-now.ts';
import { dateOf, dayIn, daysUntil, timeOf } from '../../format/time.ts';
import { text } from '../../messages/text.ts';
import styles from './attendance-days.module.css';

const shownDays = 14;

/** The last two weeks: a strip of days, then each mark with its times and why it is so. */
export function AttendanceDays({ personId }: { personId: string }) {
  const api = useApi();
  const zone = useQuery(organizationQuery(api)).data?.timeZone;
  const today = dayIn(zone ?? 'UTC', useNow(60_000));
  const days = daysUntil(today, shownDays);
  const query = useQuery({
    ...personAttendanceQuery(api, personId, days[0] ?? today, today),
    enabled: zone !== undefined,
  });
  const marks = new Map((query.data?.items ?? []).map((mark) => [mark.date, mark]));
  const newestFirst = [...marks.values()].sort((a, b) => b.date.localeCompare(a.date));
  return (
    <Panel title={text.person.attendance.title}>
      {query.isPending ? <Skeleton height={70} /> : null}
      {query.data ? (
        <>
          <div className={styles.strip} aria-hidden="true">
            {days.map((day) => (
              <DayCell key={day} day={day} mark={marks.get(day)} />
            ))}
          </div>
          {newestFirst.length === 0 ? <p className="rc-muted">{text.person.attendance.empty}</p> : null}
          <ul className={styles.list}>
            {newestFirst.map((mark) => (
              <li key={mark.id} className={styles.row}>
                <span>{dateOf(`${mark.date}T00:00:00Z`, 'UTC')}</span>
                <Tooltip label={mark.why} multiline maw={280}>
                  {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the reason must be reachable by keyboard */}
                  <span tabIndex={0}>
                    <StatusPill status={mark.status} />
                    <span className="rc-sr">{`${text.person.attendance.why}: ${mark.why}`}</span>
                  </span>
                </Tooltip>
                <span className={`${styles.times} rc-num`}>{timesOf(mark, zone)}</span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </Panel>
  );
}

function DayCell({ day, mark }: { day: string; mark: Attendance | undefined }) {
  return (
    <span className={styles.day}>
      <span className={`${styles.cell} ${mark ? styles[mark.status] : ''}`} />
      {Number(day.slice(8))}
    </span>
  );
}

function timesOf(mark: Attendance, zone: string | undefined): string {
  if (!mark.firstSeenAt) return '';
  const first = timeOf(mark.firstSeenAt, zone);
  const last = mark.lastSeenAt ? timeOf(mark.lastSeenAt, zone) : first;
  return first === last ? first : text.person.attendance.firstLast(first, last);
}
