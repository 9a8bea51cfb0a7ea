import { useEffect, useRef } from 'react';
import { text } from '../../messages/text.ts';
import styles from './log-lines.module.css';

/** A camera's log: when, what happened, and what there is to say of it; the newest at the end, which is what is seen first. */
export function LogLines({ log }: { log: string }) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [log]);
  const lines = log.split('\n').filter(Boolean).map(readLine);
  return (
    <ol ref={list} className={styles.log} tabIndex={0} aria-label={text.doors.jobs.log}>
      {lines.map(({ time, event, level, rest }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- lines of a log have no other name, and do not move
        <li key={index} className={level === 'error' ? styles.error : level === 'warn' ? styles.warn : undefined}>
          <span className={styles.time}>{time}</span>
          <span>
            <b>{event}</b> {rest}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** What is no line of the log is shown as it is. */
function readLine(line: string): { time: string; event: string; level: string; rest: string } {
  try {
    const { time, event, level, service: _, ...fields }: Record<string, unknown> = JSON.parse(line);
    const words = Object.entries(fields).map(([key, value]) => `${key}=${wordOf(value)}`);
    return {
      time: String(time).slice(0, 19).replace('T', ' '),
      event: String(event),
      level: String(level),
      rest: words.join(' '),
    };
  } catch {
    return { time: '', event: '', level: '', rest: line };
  }
}

function wordOf(value: unknown): string {
  return typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value);
}
