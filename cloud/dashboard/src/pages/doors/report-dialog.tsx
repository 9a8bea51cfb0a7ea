import { Button, Group, Modal } from '@mantine/core';
import type { DeviceJob } from '@rollcall/contract/device-job';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { keys } from '../../api/keys.ts';
import { LoadError } from '../../components/load-error.tsx';
import { Picture } from '../../components/picture.tsx';
import { timeOf } from '../../format/time.ts';
import { text } from '../../messages/text.ts';
import { LogLines } from './log-lines.tsx';
import styles from './report-dialog.module.css';

interface ReportDialogProps {
  readonly job: DeviceJob;
  readonly name: string;
  readonly path: string;
  readonly onClose: () => void;
}

/** What a camera sent: its picture, or its log. */
export function ReportDialog({ job, name, path, onClose }: ReportDialogProps) {
  const api = useApi();
  const t = text.doors.jobs;
  const isPicture = job.kind === 'snapshot';
  const { data, error, refetch } = useQuery({
    queryKey: keys.picture(path),
    queryFn: ({ signal }) => api.picture(path, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const log = useQuery({
    queryKey: keys.log(path),
    queryFn: () => data?.text() ?? '',
    enabled: data !== undefined && !isPicture,
    gcTime: 0,
  });
  const at = timeOf(job.report?.at ?? job.updatedAt);
  return (
    <Modal
      opened
      onClose={onClose}
      size={isPicture ? 'xl' : 1_100}
      title={isPicture ? t.pictureOf(name, at) : t.logOf(name, at)}
      closeButtonProps={{ 'aria-label': text.app.close }}
    >
      {isPicture ? (
        <div className={styles.picture}>
          <Picture path={path} alt={text.doors.stillAlt(name)} fit="contain" missing={t.gone} />
        </div>
      ) : (
        <LogLines log={log.data ?? ''} />
      )}
      {error ? <LoadError error={error} onRetry={() => void refetch()} /> : null}
      <Group justify="flex-end" mt="md">
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden="true" />}
          disabled={!data}
          onClick={() => data && save(data, `${job.deviceId}-${job.id.slice(0, 10)}.${isPicture ? 'jpg' : 'ndjson'}`)}
        >
          {t.download}
        </Button>
      </Group>
    </Modal>
  );
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
