import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ApiKeyCreated, ApiKeyInput } from '@rollcall/contract/access';
import type { Door } from '@rollcall/contract/place';
import { IconDeviceTablet } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { CopyField } from '../../components/copy-field.tsx';
import { toastError } from '../../components/toast.tsx';
import { text } from '../../messages/text.ts';

/** Makes a key for a kiosk at this door, and the link that carries it. */
export function KioskLinkDialog({ door, onClose }: { door: Door; onClose: () => void }) {
  const api = useApi();
  const client = useQueryClient();
  const t = text.doors.kiosk;
  const create = useMutation({
    mutationFn: (input: ApiKeyInput) => api.send<ApiKeyCreated>('POST', '/v1/api-keys', input),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['api-keys'] }),
    onError: toastError,
  });
  return (
    <Modal opened onClose={onClose} title={t.title(door.name)} closeButtonProps={{ 'aria-label': text.app.close }}>
      <Stack gap="md">
        <p className="rc-muted">{t.text}</p>
        {create.data ? (
          // Behind the #: it never reaches a server's log.
          <CopyField label={t.link} value={`${location.origin}/kiosk#key=${encodeURIComponent(create.data.key)}`} />
        ) : null}
      </Stack>
      <Group justify="flex-end" mt="xl">
        {create.data ? (
          <Button onClick={onClose}>{text.app.close}</Button>
        ) : (
          <>
            <Button variant="default" onClick={onClose}>
              {text.app.cancel}
            </Button>
            <Button
              leftSection={<IconDeviceTablet size={16} />}
              loading={create.isPending}
              onClick={() => create.mutate({ name: t.keyName(door.name).slice(0, 80), role: 'kiosk', doorId: door.id })}
            >
              {t.create}
            </Button>
          </>
        )}
      </Group>
    </Modal>
  );
}
