import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { DeviceId } from '@rollcall/contract/ids';
import { useApi } from '../../api/api-context.tsx';
import type { DeviceAction } from './device-action.ts';

/** What is typed for an action that wants to know more. */
export interface ActionInput {
  readonly by: string;
  readonly deadlineDays: number;
  readonly version: string;
  readonly url: string;
  /** Empty: none. */
  readonly doorId: string;
}

type Request = readonly ['POST' | 'PATCH' | 'DELETE', string, object?];

const requests: Readonly<Record<Exclude<DeviceAction, 'allow'>, (input: ActionInput) => Request>> = {
  assign: ({ doorId }) => ['PATCH', '', { doorId: doorId || null }],
  rotate: () => ['POST', '/jobs', { kind: 'rotate' }],
  update: ({ version, url }) => ['POST', '/jobs', { kind: 'update', version, url }],
  replace: ({ by }) => ['POST', '/replace', { by }],
  revoke: () => ['POST', '/revoke'],
  decommission: ({ deadlineDays }) => ['POST', '/decommission', { deadlineHours: deadlineDays * 24 }],
  remove: () => ['DELETE', ''],
};

/** Does what was confirmed, and has the list of cameras read anew. */
export function useDeviceAction(device: DeviceId, action: DeviceAction) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: ActionInput) => {
      if (action === 'allow') return api.send<unknown>('POST', '/v1/devices', { id: device });
      const [method, rest, body] = requests[action](input);
      return api.send<unknown>(method, `/v1/devices/${encodeURIComponent(device)}${rest}`, body);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['devices'] }),
  });
}
