import type { DeviceJob, JobDocument } from '@rollcall/contract/device-job';
import type { DeviceId } from '@rollcall/contract/ids';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { keys } from '../../api/keys.ts';
import { toastError } from '../../components/toast.tsx';

/** What a page can ask a camera. */
export type AskedKind = 'check' | 'snapshot' | 'logs' | 'restart';

/** How long a camera is checked. */
export const checkSeconds = 10;

const lookEveryMs = 1_000;

const documents: Readonly<Record<AskedKind, JobDocument>> = {
  check: { kind: 'check', seconds: checkSeconds },
  snapshot: { kind: 'snapshot' },
  logs: { kind: 'logs', lines: 500 },
  restart: { kind: 'restart' },
};

/** Asks a camera for something and follows it to its end. */
export function useDeviceJob(device: DeviceId) {
  const api = useApi();
  const client = useQueryClient();
  const [asked, setAsked] = useState<DeviceJob>();
  const path = `/v1/devices/${encodeURIComponent(device)}/jobs`;
  const follow = (job: DeviceJob) => {
    client.setQueryData(keys.deviceJob(job.id), job);
    setAsked(job);
  };
  const ask = useMutation({
    mutationFn: (document: JobDocument) => api.send<DeviceJob>('POST', path, document),
    onSuccess: follow,
    onError: toastError,
  });
  const { data: job } = useQuery({
    queryKey: keys.deviceJob(asked?.id ?? ''),
    queryFn: () => api.get<DeviceJob>(`${path}/${asked?.id}`),
    enabled: asked !== undefined,
    refetchInterval: ({ state }) => (state.data && isDone(state.data) ? false : lookEveryMs),
  });
  const cancel = useMutation({
    mutationFn: (id: string) => api.send<DeviceJob>('POST', `${path}/${id}/cancel`, {}),
    onSuccess: (canceled) => client.setQueryData(keys.deviceJob(canceled.id), canceled),
    onSettled: () => client.invalidateQueries({ queryKey: keys.deviceJobs(device) }),
    onError: toastError,
  });
  return {
    job: asked && job,
    isAsking: ask.isPending,
    ask: (kind: AskedKind) => ask.mutate(documents[kind]),
    cancel: (id: string) => cancel.mutate(id),
    /** Goes on with one that was asked for earlier, or by somebody else. */
    follow,
    reportPath: (id: string) => `${path}/${id}/report`,
  };
}

/** Whether nothing more comes: a job that brings something is done when that is there. */
export function isDone({ kind, status, report }: DeviceJob): boolean {
  if (status === 'QUEUED' || status === 'IN_PROGRESS') return false;
  return status !== 'SUCCEEDED' || kind === 'restart' || report !== null;
}
