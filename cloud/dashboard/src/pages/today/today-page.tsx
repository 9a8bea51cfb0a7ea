import { Button, Skeleton } from '@mantine/core';
import { useFullscreenElement } from '@mantine/hooks';
import { IconArrowsMaximize, IconArrowsMinimize } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { organizationQuery, summaryQuery } from '../../api/queries.ts';
import { LoadError } from '../../components/load-error.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { dayName } from '../../format/time.ts';
import { usePollMs } from '../../live/live-context.ts';
import { text } from '../../messages/text.ts';
import { ArrivalsChart } from './arrivals-chart.tsx';
import { CameraStrip } from './camera-strip.tsx';
import { DayNumbers } from './day-numbers.tsx';
import { FirstSteps } from './first-steps.tsx';
import { GroupBars } from './group-bars.tsx';
import { LiveBadge } from './live-badge.tsx';
import { LiveFeedList } from './live-feed-list.tsx';
import styles from './today-page.module.css';

/** The day at a glance: how many are in, since when, and who comes by right now. */
export function TodayPage() {
  const api = useApi();
  const { ref, toggle, fullscreen } = useFullscreenElement();
  const organization = useQuery(organizationQuery(api)).data;
  const summary = useQuery({ ...summaryQuery(api), refetchInterval: usePollMs() });
  const day = organization?.day ?? null;

  return (
    <div ref={ref} className={styles.wall}>
      <Page
        title={text.today.title}
        subtitle={summary.data ? dayName(summary.data.date) : <Skeleton height={14} width={140} mt={6} />}
        width={fullscreen ? 'wide' : 'normal'}
        actions={
          <>
            <LiveBadge />
            <Button
              className={styles.fullScreen}
              variant="default"
              leftSection={fullscreen ? <IconArrowsMinimize size={16} /> : <IconArrowsMaximize size={16} />}
              onClick={() => void toggle()}
            >
              {fullscreen ? text.today.leaveFullScreen : text.today.fullScreen}
            </Button>
          </>
        }
      >
        {summary.isError && !summary.data ? (
          <Panel>
            <LoadError error={summary.error} onRetry={() => void summary.refetch()} />
          </Panel>
        ) : (
          <div className={styles.grid}>
            <div className={styles.numbers}>
              <DayNumbers summary={summary.data} day={day} settled={organization !== undefined} />
            </div>
            <div className={styles.left}>
              {summary.data?.total.registered === 0 ? (
                <FirstSteps />
              ) : (
                <Panel title={text.today.arrivals} hint={text.today.arrivalsHint}>
                  <ArrivalsChart arrivals={summary.data?.arrivals} day={day} />
                </Panel>
              )}
              {summary.data && summary.data.groups.length > 0 ? (
                <Panel title={text.today.groups}>
                  <GroupBars groups={summary.data.groups} />
                </Panel>
              ) : null}
              <CameraStrip />
            </div>
            <LiveFeedList className={styles.feed} />
          </div>
        )}
      </Page>
    </div>
  );
}
