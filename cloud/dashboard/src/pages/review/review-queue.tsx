import type { Sighting } from '@rollcall/contract/sighting';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { organizationQuery } from '../../api/queries.ts';
import { Panel } from '../../components/panel.tsx';
import { Picture } from '../../components/picture.tsx';
import { count } from '../../format/number.ts';
import { dateOf, timeOf } from '../../format/time.ts';
import { text } from '../../messages/text.ts';
import styles from './review-queue.module.css';

interface ReviewQueueProps {
  readonly items: readonly Sighting[];
  readonly hasMore: boolean;
  readonly currentId: string;
}

/** What waits for a decision, newest first. */
export function ReviewQueue({ items, hasMore, currentId }: ReviewQueueProps) {
  const zone = useQuery(organizationQuery(useApi())).data?.timeZone;
  const current = useRef<HTMLLIElement>(null);
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [currentId]);
  return (
    <Panel title={text.review.count(`${count(items.length)}${hasMore ? '+' : ''}`)} flush>
      <ul className={styles.list}>
        {items.map((sighting) => (
          <li key={sighting.id} ref={sighting.id === currentId ? current : undefined}>
            <Link
              to="/review"
              search={{ id: sighting.id }}
              replace
              className={styles.entry}
              data-current={sighting.id === currentId || undefined}
            >
              <span className={styles.thumbnail}>
                <Picture path={`/v1/sightings/${sighting.id}/photo`} alt="" />
              </span>
              <span className={styles.words}>
                <span className={styles.who}>{text.verdict[sighting.verdict]}</span>
                <span className="rc-muted rc-num">
                  {dateOf(sighting.at, zone)}, {timeOf(sighting.at, zone)}
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
