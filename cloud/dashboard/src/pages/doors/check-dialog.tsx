import { Alert, Button, Group, Loader, Modal } from '@mantine/core';
import type { CheckReport } from '@rollcall/contract/check-report';
import type { DeviceJob } from '@rollcall/contract/device-job';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { keys } from '../../api/keys.ts';
import { LoadError } from '../../components/load-error.tsx';
import { checkText } from '../../messages/en-check.ts';
import { text } from '../../messages/text.ts';
import { CheckCountdown } from './check-countdown.tsx';
import styles from './check-dialog.module.css';
import { CheckResult } from './check-result.tsx';
import { isDone } from './use-device-job.ts';

interface CheckDialogProps {
  readonly job: DeviceJob;
  readonly name: string;
  readonly online: boolean;
  /** API path of what it brings. */
  readonly path: string;
  readonly seconds: number;
  readonly onAgain: () => void;
  readonly onCancel: () => void;
  readonly onClose: () => void;
}

/** The check of a camera from the question to what to do at the door. */
export function CheckDialog({ job, name, online, path, seconds, onAgain, onCancel, onClose }: CheckDialogProps) {
  const api = useApi();
  const report = useQuery({
    queryKey: keys.check(path),
    queryFn: () => api.get<CheckReport>(path),
    enabled: job.report !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={checkText.title(name)}
      closeButtonProps={{ 'aria-label': text.app.close }}
    >
      {report.data ? (
        <CheckResult report={report.data} name={name} />
      ) : report.error ? (
        <LoadError error={report.error} onRetry={() => void report.refetch()} />
      ) : (
        <Progress job={job} online={online} seconds={seconds} />
      )}
      <Group justify="flex-end" mt="lg">
        {job.status === 'QUEUED' ? (
          <Button variant="default" onClick={onCancel}>
            {text.app.cancel}
          </Button>
        ) : null}
        {isDone(job) ? (
          <Button variant="default" onClick={onAgain}>
            {checkText.again}
          </Button>
        ) : null}
      </Group>
    </Modal>
  );
}

function Progress({ job, online, seconds }: Pick<CheckDialogProps, 'job' | 'online' | 'seconds'>) {
  if (isDone(job) && job.report === null) {
    return (
      <Alert color="yellow" title={checkText.failed}>
        {job.details['reason'] ?? checkText.noReason}
      </Alert>
    );
  }
  if (job.status === 'IN_PROGRESS') return <CheckCountdown seconds={seconds} />;
  const waiting = online ? checkText.asked : checkText.askedOffline;
  return (
    <div className={styles.waiting} role="status">
      <Loader size={22} aria-hidden="true" />
      {job.status === 'QUEUED' ? waiting : checkText.arriving}
    </div>
  );
}
