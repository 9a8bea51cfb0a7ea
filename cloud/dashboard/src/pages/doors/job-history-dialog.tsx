import { Button, Modal, Skeleton } from '@mantine/core';
import type { DeviceJob } from '@rollcall/contract/device-job';
import type { Page } from '@rollcall/contract/page';
import type { Device } from '@rollcall/contract/place';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { keys } from '../../api/keys.ts';
import { LoadError } from '../../components/load-error.tsx';
import { dateOf, timeOf } from '../../format/time.ts';
import { historyText as t } from '../../messages/en-history.ts';
import { text } from '../../messages/text.ts';
import styles from './job-history-dialog.module.css';

const lookEveryMs = 3_000;
const recent = 30;

interface JobHistoryDialogProps {
  readonly device: Device;
  readonly name: string;
  readonly onCancel: (id: string) => void;
  /** What it brought. */
  readonly onShow: (job: DeviceJob) => void;
  readonly onClose: () => void;
}

/** What a camera was asked, by whomever, and what became of it; what waits can be canceled. */
export function JobHistoryDialog({ device, name, onCancel, onShow, onClose }: JobHistoryDialogProps) {
  const api = useApi();
  const jobs = useQuery({
    queryKey: keys.deviceJobs(device.id),
    queryFn: () => api.get<Page<DeviceJob>>(`/v1/devices/${encodeURIComponent(device.id)}/jobs`, { limit: recent }),
    refetchInterval: lookEveryMs,
  });
  return (
    <Modal opened onClose={onClose} size="lg" title={t.title(name)} closeButtonProps={{ 'aria-label': text.app.close }}>
      {jobs.isPending ? <Skeleton height={160} /> : null}
      {jobs.isError && !jobs.data ? <LoadError error={jobs.error} onRetry={() => void jobs.refetch()} /> : null}
      {jobs.data?.items.length === 0 ? <p className="rc-muted">{t.none}</p> : null}
      <ul className={styles.jobs}>
        {jobs.data?.items.map((job) => (
          <JobRow key={job.id} job={job} onCancel={onCancel} onShow={onShow} />
        ))}
      </ul>
    </Modal>
  );
}

function JobRow({ job, onCancel, onShow }: { job: DeviceJob } & Pick<JobHistoryDialogProps, 'onCancel' | 'onShow'>) {
  const { id, kind, status, details, queuedAt, report } = job;
  const hasFailed = status === 'FAILED' || status === 'REJECTED' || status === 'TIMED_OUT';
  const asked = `${dateOf(queuedAt)}, ${timeOf(queuedAt)}`;
  return (
    <li className={styles.job}>
      <div className={styles.words}>
        <div>
          <strong>{t.kind[kind]}</strong>{' '}
          <span className={hasFailed ? styles.failed : 'rc-muted'}>{t.status[status]}</span>
        </div>
        <div className={`rc-muted rc-num ${styles.when}`}>{t.asked(asked)}</div>
        {details['reason'] ? <div className={styles.reason}>{details['reason']}</div> : null}
      </div>
      {report ? (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t.showOf(t.kind[kind], asked)}
          onClick={() => onShow(job)}
        >
          {text.doors.jobs.show}
        </Button>
      ) : null}
      {status === 'QUEUED' && kind !== 'wipe' ? (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t.cancelOf(t.kind[kind], asked)}
          onClick={() => onCancel(id)}
        >
          {text.app.cancel}
        </Button>
      ) : null}
    </li>
  );
}
