import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import type { ApiKeyCreated, ApiKeyInput } from '@rollcall/contract/access';
import type { DoorId } from '@rollcall/contract/ids';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { fieldMessages } from '../../api/api-problem.ts';
import { useApi } from '../../api/api-context.tsx';
import { doorsQuery } from '../../api/queries.ts';
import { CopyField } from '../../components/copy-field.tsx';
import { toastError } from '../../components/toast.tsx';
import { text } from '../../messages/text.ts';

const roles = ['admin', 'viewer', 'operator', 'kiosk'] as const;

/** Makes an API key and shows it the one time that it can be seen. */
export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const api = useApi();
  const client = useQueryClient();
  const doors = useQuery(doorsQuery(api)).data?.items ?? [];
  const [name, setName] = useState('');
  const [role, setRole] = useState<(typeof roles)[number]>('viewer');
  const [doorId, setDoorId] = useState<DoorId>();
  const t = text.settings;
  const create = useMutation({
    mutationFn: (input: ApiKeyInput) => api.send<ApiKeyCreated>('POST', '/v1/api-keys', input),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['api-keys'] }),
    onError: (error) => {
      if (Object.keys(fieldMessages(error)).length === 0) toastError(error);
    },
  });
  const errors = fieldMessages(create.error);
  const complete = name.trim() !== '' && (role !== 'kiosk' || doorId !== undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete) create.mutate({ name: name.trim(), role, ...(role === 'kiosk' && doorId ? { doorId } : {}) });
  };

  if (create.data) {
    return (
      <Modal opened onClose={onClose} title={t.keyShownTitle} closeButtonProps={{ 'aria-label': text.app.close }}>
        <p className="rc-muted" style={{ marginBottom: 14 }}>
          {t.keyShownText}
        </p>
        <CopyField label={create.data.name} value={create.data.key} />
        <Group justify="flex-end" mt="xl">
          <Button onClick={onClose}>{text.app.close}</Button>
        </Group>
      </Modal>
    );
  }
  return (
    <Modal opened onClose={onClose} title={t.createKey} closeButtonProps={{ 'aria-label': text.app.close }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label={t.keyName}
            placeholder={t.keyNamePlaceholder}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={errors['name']}
            maxLength={80}
            data-autofocus
          />
          <Select
            label={t.role}
            data={roles.map((value) => ({ value, label: t.roles[value] }))}
            value={role}
            onChange={(value) => setRole(roles.find((r) => r === value) ?? role)}
            allowDeselect={false}
          />
          {role === 'kiosk' ? (
            <Select
              label={t.door}
              data={doors.map((door) => ({ value: door.id, label: door.name }))}
              value={doorId ?? null}
              onChange={(value) => setDoorId(doors.find((door) => door.id === value)?.id)}
              error={errors['doorId']}
            />
          ) : null}
        </Stack>
        <Group justify="flex-end" mt="xl">
          <Button variant="default" onClick={onClose}>
            {text.app.cancel}
          </Button>
          <Button type="submit" loading={create.isPending} disabled={!complete}>
            {t.createKey}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
