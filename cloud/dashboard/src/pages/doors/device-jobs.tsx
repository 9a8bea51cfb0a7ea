import { Button, Loader } from '@mantine/core';
import type { DeviceJob } from '@rollcall/contract/device-job';
import type { Device } from '@rollcall/contract/place';
import { IconCamera, IconFaceId, IconFileText, IconHistory, IconRefresh } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useNow } from '../../components/use-now.ts';
import { ago } from '../../format/time.ts';
import { text } from '../../messages/text.ts';
import styles from './device-jobs.module.css';
import { ReportDialog } from './report-dialog.tsx';
import { checkSeconds, isDone, useDeviceJob } from './use-device-job.ts';

const JobHistoryDialog = lazy(() => import('./job-history-dialog.tsx').then((m) => ({ default: m.JobHistoryDialog })));
const CheckDialog = lazy(() => import('./check-dialog.tsx').then((m) => ({ default: m.CheckDialog })));

const icons = { check: IconFaceId, snapshot: IconCamera, logs: IconFileText, restart: IconRefresh };
const kinds = ['check', 'snapshot', 'logs', 'restart'] as const;

/** What a camera can be asked from afar, and how far it is with that. */
export function DeviceJobs({ device, name }: { device: Device; name: string }) {
  const { job, isAsking, ask, cancel, follow, reportPath } = useDeviceJob(device.id);
  const [closedId, setClosedId] = useState<string>();
  const [isHistoryOpen, setHistoryOpen] = useState(false);
  const isBusy = isAsking || (job !== undefined && !isDone(job));
  const t = text.doors.jobs;
  // What was asked for opens by itself when it comes.
  const isOpen = job !== undefined && closedId !== job.id;
  const isShown = isOpen && job.kind !== 'check' && job.report;

  return (
    <div className={styles.jobs}>
      <div className={styles.buttons}>
        {kinds.map((kind) => {
          const Icon = icons[kind];
          return (
            <Button
              key={kind}
              size="compact-sm"
              variant="default"
              leftSection={<Icon size={15} aria-hidden="true" />}
              disabled={isBusy}
              onClick={() => ask(kind)}
            >
              {t.ask[kind]}
            </Button>
          );
        })}
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconHistory size={15} aria-hidden="true" />}
          onClick={() => setHistoryOpen(true)}
        >
          {t.history}
        </Button>
      </div>
      <div role="status">
        {job ? (
          <JobLine
            job={job}
            online={device.online}
            onShow={() => setClosedId(undefined)}
            onCancel={() => cancel(job.id)}
          />
        ) : null}
      </div>
      {isOpen && job.kind === 'check' ? (
        <Suspense>
          <CheckDialog
            job={job}
            name={name}
            online={device.online}
            path={reportPath(job.id)}
            seconds={checkSeconds}
            onAgain={() => ask('check')}
            onCancel={() => cancel(job.id)}
            onClose={() => setClosedId(job.id)}
          />
        </Suspense>
      ) : null}
      {isHistoryOpen ? (
        <Suspense>
          <JobHistoryDialog
            device={device}
            name={name}
            onCancel={cancel}
            onShow={(past) => {
              setHistoryOpen(false);
              setClosedId(undefined);
              follow(past);
            }}
            onClose={() => setHistoryOpen(false)}
          />
        </Suspense>
      ) : null}
      {job && isShown ? (
        <ReportDialog job={job} name={name} path={reportPath(job.id)} onClose={() => setClosedId(job.id)} />
      ) : null}
    </div>
  );
}

interface JobLineProps {
  readonly job: DeviceJob;
  readonly online: boolean;
  readonly onShow: () => void;
  readonly onCancel: () => void;
}

function JobLine({ job, online, onShow, onCancel }: JobLineProps) {
  const now = useNow(10_000);
  const t = text.doors.jobs;
  const done = isDone(job);
  const failed = done && job.status !== 'SUCCEEDED' && job.status !== 'CANCELED';
  return (
    <p className={`${styles.line} ${failed ? styles.failed : ''}`}>
      {done ? null : <Loader size={13} aria-hidden="true" />}
      <span>{wordsOf(job, online, now)}</span>
      {job.report ? (
        <Button size="compact-xs" variant="subtle" onClick={onShow}>
          {t.show}
        </Button>
      ) : null}
      {job.status === 'QUEUED' ? (
        <Button size="compact-xs" variant="subtle" onClick={onCancel}>
          {text.app.cancel}
        </Button>
      ) : null}
    </p>
  );
}

function wordsOf(job: DeviceJob, online: boolean, now: number): string {
  const t = text.doors.jobs;
  const queued = job.kind === 'restart' ? t.queuedUntilQuiet : t.queued;
  const failed = t.failed(job.details['reason']);
  const words: Readonly<Record<DeviceJob['status'], string>> = {
    QUEUED: online ? queued : t.queuedOffline,
    IN_PROGRESS: t.running[job.kind],
    SUCCEEDED: isDone(job) ? t.done[job.kind](ago(job.updatedAt, now)) : t.arriving,
    FAILED: failed,
    REJECTED: failed,
    TIMED_OUT: t.timedOut,
    CANCELED: t.canceled,
    REMOVED: t.removed,
  };
  return words[job.status];
}
