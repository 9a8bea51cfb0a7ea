import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconWalk } from '@tabler/icons-react';
import { useApi } from '../../api/api-context.tsx';
import { doorsQuery, feedQuery, organizationQuery } from '../../api/queries.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { LoadError } from '../../components/load-error.tsx';
import { Panel } from '../../components/panel.tsx';
import { usePollMs } from '../../live/live-context.ts';
import { text } from '../../messages/text.ts';
import { FeedItem } from './feed-item.tsx';
import styles from './live-feed-list.module.css';

/** Who came by, newest first, moving as people come in. */
export function LiveFeedList({ className }: { className?: string | undefined }) {
  const api = useApi();
  const feed = useQuery({ ...feedQuery(api), refetchInterval: usePollMs() });
  const doors = useQuery(doorsQuery(api)).data?.items;
  const zone = useQuery(organizationQuery(api)).data?.timeZone;
  const items = feed.data?.items;
  return (
    <Panel title={text.today.feed} flush className={className}>
      {feed.isError && !items ? <LoadError error={feed.error} onRetry={() => void feed.refetch()} /> : null}
      {feed.isPending ? <FeedSkeleton /> : null}
      {items?.length === 0 ? (
        <EmptyState
          icon={<IconWalk size={22} stroke={1.7} />}
          title={text.today.feedEmptyTitle}
          text={text.today.feedEmptyText}
        />
      ) : null}
      {items && items.length > 0 ? (
        // The region is focusable because it scrolls: WCAG 2.1.1.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        <ul
          className={styles.list}
          aria-live="polite"
          aria-relevant="additions"
          tabIndex={0}
          aria-label={text.today.feed}
        >
          {items.map((sighting) => (
            <FeedItem
              key={sighting.id}
              sighting={sighting}
              door={doors?.find((door) => door.id === sighting.doorId)?.name}
              zone={zone}
            />
          ))}
        </ul>
      ) : null}
    </Panel>
  );
}

function FeedSkeleton() {
  return (
    <div className={styles.list} aria-busy="true">
      {[0, 1, 2, 3, 4].map((i) => (
        <div key={i} className={styles.placeholder}>
          <Skeleton height={52} width={52} radius={10} />
          <div>
            <Skeleton height={12} width={130} mb={8} />
            <Skeleton height={10} width={90} />
          </div>
        </div>
      ))}
    </div>
  );
}
