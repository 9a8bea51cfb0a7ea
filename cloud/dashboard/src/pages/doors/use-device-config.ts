import type { DeviceConfigStatus, DeviceSettingsPatch } from '@rollcall/contract/device-config';
import type { DeviceId } from '@rollcall/contract/ids';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { keys } from '../../api/keys.ts';

const lookEveryMs = 1_500;
/** Nothing is awaited, or the camera is away. */
const lookAgainMs = 30_000;

/** What is set on a camera from afar and what it makes of it; followed until it has answered. @param enabled whether somebody looks */
export function useDeviceConfig(device: { readonly id: DeviceId; readonly online: boolean }, enabled: boolean) {
  const api = useApi();
  const client = useQueryClient();
  const path = `/v1/devices/${encodeURIComponent(device.id)}/config`;
  const queryKey = keys.deviceConfig(device.id);
  const { data: config } = useQuery({
    queryKey,
    queryFn: () => api.get<DeviceConfigStatus>(path),
    enabled,
    staleTime: lookAgainMs,
    refetchInterval: ({ state }) => (state.data?.state === 'waiting' && device.online ? lookEveryMs : lookAgainMs),
  });
  const save = useMutation({
    mutationFn: (patch: DeviceSettingsPatch) =>
      // With what was read, so that nobody's change is lost.
      api.send<DeviceConfigStatus>('PATCH', path, patch, { 'if-match': `"${config?.version ?? 0}"` }),
    onSuccess: (changed) => client.setQueryData(queryKey, changed),
    onError: () => void client.invalidateQueries({ queryKey }),
  });
  return { config, save };
}
