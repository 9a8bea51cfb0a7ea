import { Skeleton } from '@mantine/core';
import { IconChecks } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { openSightingsQuery } from '../../api/queries.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { LoadError } from '../../components/load-error.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { usePollMs } from '../../live/live-context.ts';
import { text } from '../../messages/text.ts';
import { ReviewCase } from './review-case.tsx';
import styles from './review-page.module.css';
import { ReviewQueue } from './review-queue.tsx';

const route = getRouteApi('/app/review');

/** Faces that nobody is sure of, one after the other, for the keyboard. */
export function ReviewPage() {
  const open = useQuery({ ...openSightingsQuery(useApi()), refetchInterval: usePollMs() });
  const { id } = route.useSearch();
  const navigate = route.useNavigate();
  const items = open.data?.items ?? [];
  const at = Math.max(
    0,
    items.findIndex((s) => s.id === id),
  );
  const current = items[at];

  const go = (index: number) => {
    const target = items[Math.min(Math.max(index, 0), items.length - 1)];
    if (target) void navigate({ search: { id: target.id }, replace: true });
  };

  useEffect(() => {
    const move = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement || event.metaKey || event.ctrlKey || event.altKey) return;
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
      event.preventDefault();
      go(at + (event.key === 'ArrowDown' ? 1 : -1));
    };
    addEventListener('keydown', move);
    return () => removeEventListener('keydown', move);
  });

  return (
    <Page title={text.review.title} subtitle={items.length > 0 ? <KeyHelp /> : undefined}>
      {open.isPending ? <Skeleton height={420} /> : null}
      {open.isError && !open.data ? (
        <Panel>
          <LoadError error={open.error} onRetry={() => void open.refetch()} />
        </Panel>
      ) : null}
      {open.data && items.length === 0 ? (
        <Panel>
          <EmptyState
            icon={<IconChecks size={22} stroke={1.7} />}
            title={text.review.emptyTitle}
            text={text.review.emptyText}
          />
        </Panel>
      ) : null}
      {current ? (
        <div className={styles.layout}>
          <ReviewQueue items={items} hasMore={open.data?.nextCursor !== null} currentId={current.id} />
          <ReviewCase
            key={current.id}
            sighting={current}
            onDecided={() => go(at + 1 < items.length ? at + 1 : at - 1)}
          />
        </div>
      ) : null}
    </Page>
  );
}

function KeyHelp() {
  const t = text.review;
  const help: [string[], string][] = [
    [['1', '5'], t.keyChoose],
    [['/'], t.keySearch],
    [['D'], t.keyDismiss],
    [['↑', '↓'], t.keyMove],
  ];
  return (
    <span className={styles.help} aria-label={t.keys} role="note">
      {help.map(([keys, what]) => (
        <span key={what} aria-hidden="true">
          {keys.map((key, i) => (
            <span key={key}>
              {i > 0 && key !== '↓' ? '–' : ''}
              <kbd className="rc-key">{key}</kbd>
            </span>
          ))}{' '}
          {what}
        </span>
      ))}
    </span>
  );
}
