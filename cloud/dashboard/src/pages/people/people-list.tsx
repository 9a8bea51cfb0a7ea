import { Button, Skeleton } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconSearchOff, IconUsers } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { peopleQuery } from '../../api/queries.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { LoadError } from '../../components/load-error.tsx';
import { Panel } from '../../components/panel.tsx';
import { useRole } from '../../components/use-role.ts';
import { text } from '../../messages/text.ts';
import styles from './people-list.module.css';
import { PersonRow } from './person-row.tsx';

interface PeopleListProps {
  readonly query: string;
  readonly group: string;
  readonly onAdd: () => void;
  readonly onClear: () => void;
}

/** People by name; the next hundred is read when the end comes near. Rows outside the window cost no layout (content-visibility). */
export function PeopleList({ query, group, onAdd, onClear }: PeopleListProps) {
  const { mayEdit } = useRole();
  const people = useInfiniteQuery(peopleQuery(useApi(), query, group));
  const { ref, entry } = useIntersection({ rootMargin: '900px' });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = people;

  useEffect(() => {
    if (entry?.isIntersecting && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [entry, hasNextPage, isFetchingNextPage, fetchNextPage]);

  if (people.isPending) return <ListSkeleton />;
  if (!people.data) {
    return (
      <Panel>
        <LoadError error={people.error} onRetry={() => void people.refetch()} />
      </Panel>
    );
  }
  const rows = people.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) {
    const searching = query !== '' || group !== '';
    return (
      <Panel>
        {searching ? (
          <EmptyState
            icon={<IconSearchOff size={22} stroke={1.7} />}
            title={text.people.noneFoundTitle}
            text={text.people.noneFoundText(query || group)}
            action={
              query ? (
                <Button variant="default" onClick={onClear}>
                  {text.people.clearSearch}
                </Button>
              ) : null
            }
          />
        ) : (
          <EmptyState
            icon={<IconUsers size={22} stroke={1.7} />}
            title={text.people.emptyTitle}
            text={text.people.emptyText}
            action={mayEdit ? <Button onClick={onAdd}>{text.people.add}</Button> : null}
          />
        )}
      </Panel>
    );
  }
  return (
    <Panel flush className={styles.panel}>
      <div className={styles.head} aria-hidden="true">
        <span>{text.people.name}</span>
        <span>{text.people.number}</span>
        <span className={styles.groups}>{text.people.groups}</span>
        <span className={styles.state}>{text.people.readiness}</span>
      </div>
      <ul className={styles.list} aria-busy={people.isFetching}>
        {rows.map((person) => (
          <PersonRow key={person.id} person={person} />
        ))}
      </ul>
      {hasNextPage ? (
        <div ref={ref} className={styles.more}>
          <Button variant="subtle" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {text.app.more}
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}

function ListSkeleton() {
  return (
    <Panel flush>
      <div aria-busy="true" style={{ padding: '10px 18px 18px' }}>
        {[150, 190, 120, 170, 140, 180].map((width) => (
          <div key={width} style={{ display: 'flex', gap: 14, alignItems: 'center', height: 56 }}>
            <Skeleton circle height={34} />
            <Skeleton height={12} width={width} />
          </div>
        ))}
      </div>
    </Panel>
  );
}
