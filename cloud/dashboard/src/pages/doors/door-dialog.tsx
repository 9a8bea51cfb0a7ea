import { Button, Group, Modal, SegmentedControl, Stack, TextInput } from '@mantine/core';
import type { Direction, Door } from '@rollcall/contract/place';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { fieldMessages } from '../../api/api-problem.ts';
import { useApi } from '../../api/api-context.tsx';
import { toast, toastError } from '../../components/toast.tsx';
import { text } from '../../messages/text.ts';

const directions: readonly Direction[] = ['both', 'in', 'out'];

/** Adds a door, or changes the one given. */
export function DoorDialog({ door, onClose }: { door?: Door; onClose: () => void }) {
  const api = useApi();
  const client = useQueryClient();
  const [name, setName] = useState(door?.name ?? '');
  const [direction, setDirection] = useState<Direction>(door?.direction ?? 'both');
  const t = text.doors.form;

  const save = useMutation({
    mutationFn: (input: { name: string; direction: Direction }) =>
      door ? api.send<Door>('PATCH', `/v1/doors/${door.id}`, input) : api.send<Door>('POST', '/v1/doors', input),
    onSuccess: async (saved) => {
      await client.invalidateQueries({ queryKey: ['doors'] });
      toast(t.saved(saved.name));
      onClose();
    },
    onError: (error) => {
      if (!fieldMessages(error)['name']) toastError(error);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) save.mutate({ name: name.trim(), direction });
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={door ? t.editTitle : t.addTitle}
      closeButtonProps={{ 'aria-label': text.app.close }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label={t.name}
            placeholder={t.namePlaceholder}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={fieldMessages(save.error)['name']}
            maxLength={80}
            required
            data-autofocus
          />
          <div>
            <div id="direction-label" style={{ marginBottom: 4, fontWeight: 500 }}>
              {t.direction}
            </div>
            <SegmentedControl
              fullWidth
              aria-labelledby="direction-label"
              value={direction}
              onChange={setDirection}
              data={directions.map((value) => ({ value, label: text.doors.direction[value] }))}
            />
          </div>
        </Stack>
        <Group justify="flex-end" mt="xl">
          <Button variant="default" onClick={onClose}>
            {text.app.cancel}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!name.trim()}>
            {door ? text.app.save : t.submit}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
